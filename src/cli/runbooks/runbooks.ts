import { dirname } from 'node:path';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { ParamSpec, ParamValue, Runbook } from '../../domain/runbooks/runbook.ts';
import { builtInRunbooks, isOnlyOnRows } from '../../engine/cockpit/runs/built-in-runbooks.ts';
import { choicesOf } from '../../expressions/choices.ts';
import { idsBeside, readCoverageFile } from '../../profile/document/coverage-file.ts';
import { suggestOnce } from '../../runs/runbooks/suggest.ts';
import type { RunbookSuggestion } from '../../store/runbook-suggestion.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import type { RunbooksFlags } from './flags.ts';

const readMs = 10_000;

interface ParamReport {
  readonly name: string;
  readonly title: string | null;
  readonly type: string;
  readonly default: ParamValue | null;
  readonly choices: readonly string[] | null;
  readonly problem: string | null;
}

/** One runbook as `--json` prints it. */
interface RunbookReport {
  readonly id: string;
  readonly title: string;
  readonly fits: RunbookSuggestion['fits'];
  readonly why: string;
  readonly covers: readonly string[];
  readonly params: readonly ParamReport[];
  readonly steps: readonly string[];
  readonly proves: 'recovered' | 'nothing' | 'not needed';
  readonly problem: string | null;
}

const paramReport = (spec: ParamSpec, snapshot: Snapshot): ParamReport => {
  const isPicked = spec.type === 'choice' || spec.type === 'choices';
  const choices = isPicked ? choicesOf(spec, snapshot) : undefined;
  return {
    name: spec.name,
    title: spec.title ?? null,
    type: spec.type,
    default: spec.default ?? null,
    choices: choices !== undefined && 'choices' in choices ? choices.choices : null,
    problem: choices !== undefined && 'problem' in choices ? choices.problem : null,
  };
};

const provesOf = ({ verify }: Runbook): RunbookReport['proves'] => {
  if (verify === 'none') return 'not needed';
  return verify.length === 0 ? 'nothing' : 'recovered';
};

const reportOf = (
  { runbook, fits, why }: RunbookSuggestion,
  snapshot: Snapshot,
  covers: readonly string[],
): RunbookReport => ({
  id: runbook.id,
  title: runbook.title,
  fits,
  why,
  covers,
  params: runbook.params.map((spec) => paramReport(spec, snapshot)),
  steps: runbook.act.map((step) => step.title),
  proves: provesOf(runbook),
  problem: runbook.problem?.message ?? null,
});

const fitWord: Readonly<Record<RunbookSuggestion['fits'], string>> = {
  yes: 'MATCHES NOW',
  no: 'does not match',
  unknown: 'cannot tell',
  never: 'manual',
};

const paramLine = (param: ParamReport): string => {
  const choices = param.choices === null ? '' : `: ${param.choices.join(', ') || 'no choices available'}`;
  const preset = param.default === null ? '' : ` (default: ${param.default})`;
  const problem = param.problem === null ? '' : `: ${param.problem}`;
  return `    --param ${param.name}=${param.type.toUpperCase()}${choices}${problem}${preset}`;
};

const linesOf = (report: RunbookReport): readonly string[] => [
  `${report.id}  ${report.title}`,
  `    ${fitWord[report.fits]}${report.why === '' ? '' : `: ${report.why}`}`,
  ...report.params.map(paramLine),
  ...(report.problem === null ? [] : [`    unavailable: ${report.problem}`]),
];

/** `opsdeck runbooks`: lists runbooks, their parameters, and whether one reading of every source suggests them. */
export const runbooks: SubCommand<RunbooksFlags> = async ({ options, context, output, sharing }) => {
  return withEnvironment(context, { memory: false }, async ({ profile, engine, files }) => {
    await engine.readOnce(readMs);
    sharing?.learn({ profile, engine });
    const snapshot = engine.snapshot();
    const beside =
      options.json === true ? await readCoverageFile(dirname(profile.file), files) : { diagnostics: [] };
    const reports = suggestOnce(
      [
        ...profile.runbooks,
        ...builtInRunbooks(profile, engine.sources).filter(
          (runbook) => options.actions === true || !isOnlyOnRows(runbook),
        ),
      ],
      snapshot,
      snapshot.at,
    ).map((runbookSuggestion) => {
      const { id, covers } = runbookSuggestion.runbook;
      const ids = new Set([...covers, ...idsBeside(beside, profile.env, `runbooks.${id}`)]);
      return reportOf(runbookSuggestion, snapshot, [...ids]);
    });
    if (options.json === true) output.json(reports, true);
    else if (reports.length === 0)
      output.line(`the profile defines no runbooks for ${profile.system}/${profile.env}`);
    else for (const line of reports.flatMap(linesOf)) output.line(line);
    return 0;
  });
};
