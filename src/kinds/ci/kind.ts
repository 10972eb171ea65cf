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
  workflow: id('name of the workflow, or task of the deployment', (f) => f.workflow),
  branch: id('branch or tag', (f) => f.branch),
  run: text('ID of the run, or of the deployment', (f) => f.run),
  status: foreignWord(
    'status or conclusion that the CI system reports, in lower case in JSON',
    (f) => f.status,
  ),
  startedAt: time('start time', (f) => f.startedAt),
  seconds: number('duration, of a run in progress, until now', 's', (f) => f.seconds),
  failedStep: text('name of the first failed job and its first failed step', (f) => f.failedStep ?? ''),
  kind: idWord('kind of row', 'run gate approval deployment', (f) => f.kind),
  repo: id('repository: owner/name', (f) => f.repo),
  file: id('file of the workflow', (f) => f.file ?? ''),
  gate: id('name of the gate', (f) => f.gate ?? ''),
  environment: id('environment', (f) => f.environment ?? ''),
  number: number('number of the run', '', (f) => f.number),
  attempt: number('attempt of the run', '', (f) => f.attempt),
  event: text('event that started the run: push, schedule, workflow_dispatch', (f) => f.event ?? ''),
  actor: text('who started the run', (f) => f.actor ?? ''),
  sha: text('commit', (f) => f.sha ?? ''),
  lastStatus: maybeText('conclusion of the completed run before one in progress', (f) => f.lastStatus),
  waitsFor: list(
    'reviewers and timers that the approval waits for',
    (f) => f.waitsFor ?? [],
    (f) => f.waitsFor ?? [],
  ),
  displayTitle: unprinted(maybeText('title of the run', (f) => f.displayTitle)),
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
  says: 'CI: workflow runs, gates, approvals and deployments',
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
      failure: 'the newest completed run of the default branch, a gate or a production deployment failed',
      timed_out: 'the run exceeded its time limit',
      startup_failure: 'the workflow could not start, often because the file is invalid',
      error: 'the deployment ended with an error',
      'optional failure': 'a failure on another branch, or in an environment that is not production',
      'not passed': 'the job of the gate was skipped or canceled',
      approval: 'a run waits for the reviewers or a timer of the environment',
      waiting: 'the run waits for an approval, a timer or another run',
      action_required: 'a person must act in the CI system',
      missing: 'the newest completed run has no job of this name',
      cancelled: 'canceled before completion',
      unknown: 'the system reports no status',
      unrecognized: 'opsdeck does not know this status. Set the level by name in limits.ci',
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
    if (was.isRequired && !is.isRequired && isFailedCi(is)) return 'has failed, and is no longer required';
    return notPassed.has(is.status) ? `ended as ${is.status}, which does not count as passed` : undefined;
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
