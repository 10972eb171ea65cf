import { joinParts, secondsWord } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { CiRow } from './fact.ts';
import { isActiveCi, isFailedCi, isHarmlessCiWord } from './status.ts';

const { id, text, maybeText, idWord, foreignWord, number, time, list, unprinted } = fieldsOf<CiRow>();

/** Conclusions that do not pass a gate. */
const notPassed: ReadonlySet<string> = new Set(['skipped', 'cancelled', 'stale', 'neutral']);

/** The word that decides the level. */
const levelWord = (fact: CiRow): string => {
  if (fact.kind === 'approval') return 'approval';
  if (fact.kind === 'gate' && notPassed.has(fact.status)) return 'not passed';
  const { status, lastStatus, isRequired } = fact;
  const word = isActiveCi(fact) ? (lastStatus ?? status) : status;
  return isFailedCi(fact) && !isRequired ? 'optional failure' : word;
};

/** The word that decides the level, and one for a word that is not known: a new word of a system is not a pass. */
const levelWords = (fact: CiRow): readonly string[] => {
  const word = levelWord(fact);
  return isHarmlessCiWord(word) ? [word] : [word, 'unrecognized'];
};

const fields = {
  workflow: id('name of the workflow, or of the task of a deployment', (f) => f.workflow),
  branch: id('branch or tag that the run was started for', (f) => f.branch),
  run: text('ID of the workflow run or of the deployment', (f) => f.run),
  status: foreignWord(
    'status or conclusion in the words of the CI system. JSON has the word in lower case',
    (f) => f.status,
  ),
  startedAt: time('start time', (f) => f.startedAt),
  seconds: number(
    'duration of the run in seconds. A run in progress counts until now',
    's',
    (f) => f.seconds,
  ),
  failedStep: text(
    'first failed job of the run, with the first failed step of that job',
    (f) => f.failedStep ?? '',
  ),
  kind: idWord('what the row shows', 'run gate approval deployment', (f) => f.kind),
  repo: id('repository, written as owner/name', (f) => f.repo),
  file: id('path of the workflow file in the repository', (f) => f.file ?? ''),
  gate: id('name of the job that is a gate', (f) => f.gate ?? ''),
  environment: id('environment', (f) => f.environment ?? ''),
  number: number('run number, which counts the runs of the workflow', '', (f) => f.number),
  attempt: number('number of the attempt: 2 after the first rerun', '', (f) => f.attempt),
  event: text(
    'event that started the run, such as push, schedule or workflow_dispatch',
    (f) => f.event ?? '',
  ),
  actor: text('user who started the run', (f) => f.actor ?? ''),
  sha: text('commit', (f) => f.sha ?? ''),
  lastStatus: maybeText(
    'while a run is in progress, the conclusion of the completed run before',
    (f) => f.lastStatus,
  ),
  waitsFor: list(
    'reviewers and timers that the approval waits for',
    (f) => f.waitsFor ?? [],
    (f) => f.waitsFor ?? [],
  ),
  displayTitle: unprinted(maybeText('title of the run, such as the commit message', (f) => f.displayTitle)),
  url: unprinted(maybeText('web page', (f) => f.url)),
  uid: unprinted(maybeText('identity in the system: id and attempt', (f) => f.uid)),
};

/** 'ci · main', 'OWASP · main', 'production' */
const ciLabel = (
  row: Pick<CiRow, 'workflow' | 'branch'> & {
    readonly kind: string;
    readonly gate?: string;
    readonly environment?: string;
  },
): string => {
  if (row.kind === 'deployment') return joinParts(row.environment ?? '', 'deployment');
  if (row.kind === 'approval') return joinParts(row.environment ?? '', row.workflow);
  return joinParts(row.kind === 'gate' ? (row.gate ?? '') : row.workflow, row.branch);
};

/** Workflow runs, gates, approvals and deployments. */
export const ci = defineKind<CiRow, typeof fields>({
  name: 'ci',
  says: 'Workflow runs, gates, approvals and deployments of a CI system',
  fields,
  state: (f) => f.status,
  levels: {
    words: {
      failure: 'crit',
      timed_out: 'crit',
      startup_failure: 'crit',
      error: 'crit',
      'optional failure': 'warn',
      'not passed': 'warn',
      approval: 'warn',
      action_required: 'warn',
      missing: 'unknown',
      unknown: 'unknown',
      unrecognized: 'unknown',
    },
    of: levelWords,
    decides: 'first',
    meanings: {
      failure:
        'the newest completed run on the default branch has failed, or a gate or a production deployment has',
      timed_out: 'the run was stopped because the run exceeded the time limit',
      startup_failure: 'the workflow could not start: the workflow file is often invalid',
      error: 'the deployment ended with an error',
      'optional failure':
        'the run has failed, but on another branch than the default one, or outside of production',
      'not passed': 'the job of the gate was skipped or canceled',
      approval: 'a run waits for the reviewers or a timer of the environment',
      waiting: 'the run waits for an approval, a timer or another run',
      action_required: 'the CI system waits for a person: open the run there',
      missing: 'the newest completed run has no job with the name of the gate',
      cancelled: 'the run was canceled before the end',
      unknown: 'the CI system reports no status of the run',
      unrecognized: 'opsdeck does not know this status: set a level for it under limits.ci',
    },
  },
  bounds: 'seconds',
  identity: (f) => {
    const { kind, workflow, branch, gate = '', environment = '', run } = f;
    switch (kind) {
      case 'run':
        return [kind, workflow, branch, ...(f.isOlder === true ? [run] : [])];
      case 'gate':
        return [kind, gate, branch];
      case 'approval':
        return [kind, environment, run];
      case 'deployment':
        return [kind, environment];
    }
  },
  label: ciLabel,
  pin: (f) => f.uid,
  // Ids of deployments grow as well.
  sequence: (f) => f.number ?? (/^\d+$/.test(f.run) ? Number(f.run) : undefined),
  // A run that was canceled or skipped has tried nothing, or not all.
  noEvidence: (was, is) => {
    if (!isFailedCi(was)) return undefined;
    if (was.isRequired && !is.isRequired && isFailedCi(is))
      return 'has failed, but is no longer a required check';
    return notPassed.has(is.status)
      ? `ended with the status ${is.status}, which does not count as passed`
      : undefined;
  },
  choice: (f, field) =>
    joinParts(
      field === 'run' ? f.workflow : '',
      field === 'branch' ? '' : f.branch,
      f.environment ?? '',
      f.status,
      f.actor ?? '',
    ),
  words: (r) => ({
    name: joinParts(r.kind === 'run' ? '' : r.kind, ciLabel(r)),
    state: r.status,
    details: [
      r.failedStep === '' ? undefined : r.failedStep,
      secondsWord('took', r.seconds),
      r.actor === '' ? undefined : `by ${r.actor}`,
    ],
  }),
  belongsTo: (f) => f.repo.split('/').at(-1) ?? f.repo,
  logNames: (f) => ({ title: ciLabel(f), names: [f.workflow], word: f.workflow }),
});
