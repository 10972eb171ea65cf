import { defined } from '../../domain/base/defined.ts';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { drillTime } from '../../domain/drills/drill-record.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { drillHistory } from '../../persistence/drills/drill-history.ts';
import { isProcessAlive } from '../../platform/processes/process-identity.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import { hasScreenTerminal } from '../cockpit/cockpit.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import { UsageError } from '../command/exit-code.ts';
import { stateFailureText } from '../command/state-failure.ts';
import { searchProfilesUnambiguous } from '../opening/choose-profile.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { scoreLines, tableLines } from '../opening/score-lines.ts';
import type { DrillFlags } from './flags.ts';
import {
  csvLines,
  drillJson,
  historyRows,
  type ListedDrill,
  markdownLines,
  outcomeText,
} from './history-text.ts';
import { type PracticeSubject, practiced, practiceSubjects } from './subjects.ts';

/** The exit code of a drill that has not recovered. */
const notRecoveredExit = 1;

/** Reads the history. Throws a UsageError if it cannot be read; a broken file is reported on stderr. */
const readHistory = async ({
  context: { stateDir },
  output,
}: Invocation<DrillFlags>): Promise<readonly ListedDrill[]> => {
  const { drills, problem } = await drillHistory(stateDir)
    .read()
    .catch((error: unknown) => {
      throw new UsageError(
        `cannot read the drill history: ${stateFailureText(error, stateDir) ?? errorMessage(error)}`,
      );
    });
  if (problem !== undefined) output.error(`opsdeck: warning: ${problem}`);
  return Promise.all(
    drills.map(async (record): Promise<ListedDrill> => {
      if (record.endedAt !== undefined) return { record, state: 'ended' };
      const alive = await isProcessAlive(record);
      return { record, state: alive === 'unknown' ? 'unknown' : alive ? 'running' : 'interrupted' };
    }),
  );
};

/** Learns the names of operators, so that `--share` masks them. */
const learn = ({ sharing }: Invocation<DrillFlags>, drills: readonly ListedDrill[]): void =>
  sharing?.learnRecords(
    drills.map(({ record: { who, host, system, env } }) => ({
      who: who.split('@')[0] ?? '',
      host,
      system,
      env,
    })),
  );

const printHistory = async (call: Invocation<DrillFlags>): Promise<number> => {
  const { output, options, context } = call;
  const drills = await readHistory(call);
  learn(call, drills);
  if (options.json === true) output.json(drills.map(drillJson));
  else if (options.csv === true) output.lines(csvLines(drills));
  else if (options.markdown === true) output.lines(markdownLines(drills));
  else if (drills.length === 0)
    output.line(`${context.stateDir} has no drills yet. Start one: opsdeck drill SYSTEM/ENV INCIDENT`);
  else output.lines(tableLines(historyRows(drills)));
  return 0;
};

const printList = async (
  call: Invocation<DrillFlags>,
  subjects: readonly PracticeSubject[],
): Promise<number> => {
  const { output, options } = call;
  const drills = await readHistory(call);
  learn(call, drills);
  const all = practiced(
    subjects,
    drills.map(({ record }) => record),
  );
  const listed = (id: string): ListedDrill | undefined => drills.find(({ record }) => record.id === id);
  if (options.json === true) {
    const json = (id: string | undefined): unknown => {
      const drill = id === undefined ? undefined : listed(id);
      return drill === undefined ? null : drillJson(drill);
    };
    output.json(
      all.map(({ subject: { system, env, incident, title }, count, last, best }) => ({
        ...{ system, env, incident, title, drills: count },
        last: json(last?.id),
        best: json(best?.id),
      })),
    );
    return 0;
  }
  const lastText = (id: string | undefined): string => {
    const drill = id === undefined ? undefined : listed(id);
    if (drill === undefined) return '–';
    return drill.record.score.totalMs === undefined
      ? outcomeText(drill)
      : drillTime(drill.record.score.totalMs);
  };
  output.lines(
    tableLines([
      ['ENVIRONMENT', 'INCIDENT', 'LAST', 'BEST', 'DESCRIPTION'],
      ...all.map(({ subject: { system, env, incident, title }, last, best }) => [
        `${system}/${env}`,
        incident,
        lastText(last?.id),
        drillTime(best?.score.totalMs),
        title,
      ]),
    ]),
  );
  return 0;
};

/** The incidents of a named environment, 'system/env' or 'system'. Throws a UsageError if there is none. */
const subjectsIn = (subjects: readonly PracticeSubject[], name: string): readonly PracticeSubject[] => {
  const isNamed = ({ system, env, isDefault }: PracticeSubject): boolean =>
    name === `${system}/${env}` || (name === system && isDefault);
  const own = subjects.filter(isNamed);
  if (own.length > 0) return own;
  const names = [...new Set(subjects.map(({ system, env }) => `${system}/${env}`))];
  throw new UsageError(`no simulator has an environment ${name}. ${sentenceCase(didYouMean(name, names))}`);
};

/** A chosen incident, and the seed of a random choice. */
interface Choice {
  readonly subject: PracticeSubject;
  readonly seed?: number;
}

/** Returns the incident to practice. Throws a UsageError. */
const choose = async (
  { args, options, global, context }: Invocation<DrillFlags>,
  subjects: readonly PracticeSubject[],
): Promise<Choice> => {
  const [given, incident] = args;
  const environment = given ?? global.env;
  if (options.random === true) {
    if (incident !== undefined) throw conflictingOptions('--random', 'an incident');
    const all =
      environment === undefined
        ? subjects.filter(({ isDefault }) => isDefault)
        : subjectsIn(subjects, environment);
    const seed = options.seed ?? Math.floor(context.random() * 1_000_000);
    const { seededRandom } = await import('../../simulator/model/spec/seeded-random.ts');
    const subject = all[Math.floor(seededRandom(`drill ${seed}`)() * all.length)];
    if (subject === undefined)
      throw new UsageError(
        'no profile in the search path has a simulated system. Start a shipped one: opsdeck drill --list',
      );
    return { subject, seed };
  }
  if (options.seed !== undefined) throw new UsageError('--seed needs --random');
  if (environment === undefined || incident === undefined)
    throw new UsageError(
      'missing an environment and an incident: opsdeck drill SYSTEM/ENV INCIDENT. See opsdeck drill --list.',
    );
  const own = subjectsIn(subjects, environment);
  const subject = own.find((practiceSubject) => practiceSubject.incident === incident);
  if (subject !== undefined) return { subject };
  const elsewhere = subjects.find(
    (practiceSubject) => practiceSubject.system === own[0]?.system && practiceSubject.incident === incident,
  );
  throw new UsageError(
    elsewhere === undefined
      ? `${environment} has no scenario ${incident}. ${sentenceCase(
          didYouMean(
            incident,
            own.map((practiceSubject) => practiceSubject.incident),
          ),
        )}`
      : `${incident} is not visible in ${environment}. Use ${elsewhere.system}/${elsewhere.env}`,
  );
};

/** Opens the cockpit of the drill, and prints its score card. */
const practice = async (
  { options, global, cockpit, output }: Invocation<DrillFlags>,
  { subject: { system, env, incident }, seed }: Choice,
): Promise<number> => {
  if (!hasScreenTerminal(cockpit))
    throw new UsageError(
      `cannot open the cockpit: stdin or stdout is not a terminal. Use opsdeck run RUNBOOK --env ${system}/${env} --rehearse INCIDENT instead.`,
    );
  let drill: DrillResult | undefined;
  const rehearse = {
    incident,
    opensCard: true as const,
    ...(options.blind === true ? { blind: true as const } : {}),
    ...defined({ seed }),
  };
  const code = await cockpit.openCockpit({ ...global, env: `${system}/${env}`, rehearse }, (result) => {
    drill = result;
  });
  if (drill !== undefined) output.lines(scoreLines(drill));
  if (code !== 0) return code;
  return drill?.record.score.outcome === 'recovered' ? 0 : notRecoveredExit;
};

/** `opsdeck drill`: practices an incident in the cockpit, lists incidents, or prints the history. */
export const drill: SubCommand<DrillFlags> = async (call) => {
  const { options, context } = call;
  const isListing = options.list === true || options.history === true;
  if (options.list === true && options.history === true) throw conflictingOptions('--list', '--history');
  if (isListing && (call.args.length > 0 || options.random === true || options.blind === true))
    throw new UsageError('--list and --history start no drill. Remove the environment, --random and --blind');
  const format = options.csv === true ? '--csv' : options.markdown === true ? '--markdown' : '';
  if (format !== '' && options.history !== true) throw new UsageError(`${format} needs --history`);
  if (options.json === true && !isListing) throw new UsageError('--json needs --list or --history');
  if (options.history === true) return printHistory(call);
  const { catalogue } = await searchProfilesUnambiguous(context);
  const subjects = await practiceSubjects(catalogue);
  return options.list === true ? printList(call, subjects) : practice(call, await choose(call, subjects));
};
