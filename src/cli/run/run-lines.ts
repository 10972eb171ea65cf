import { commandPlace, missingText } from '../../domain/facts/missing-observation.ts';
import { endingSentence } from '../../domain/runs/ending-sentence.ts';
import { followUpsOfRun, preventionsOfRun } from '../../domain/runs/follow-ups.ts';
import { missingIn } from '../../domain/runs/missing-in-run.ts';
import type {
  BlastRadius,
  Gate,
  GateCheck,
  MissingRequirement,
  PlannedStep,
  Proposal,
} from '../../domain/runs/proposal.ts';
import { profileEditText, requirementText } from '../../domain/runs/requirement-text.ts';
import { type CheckState, changeText, type DiagnosisResult, type RunEvent } from '../../domain/runs/run.ts';
import { incidentLine, outcomeReason, outcomeWord } from '../../domain/runs/run-outcome.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { formatCount } from '../../domain/text/format.ts';
import { linePosition } from '../../domain/text/position.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { formatShellCommand } from '../../domain/text/shell-words.ts';
import { stepIdOf } from '../../runs/context/pending-run.ts';
import { answerFlag } from '../../runs/policy/answer-flags.ts';
import { namesToConfirm } from '../../runs/policy/typed-token.ts';

const impactText = ({
  objects,
  share,
  otherShares = [],
  connections,
  requestsPerSecond,
  lowerBounds = [],
}: BlastRadius): string =>
  [
    pluralize(objects, 'object'),
    ...[share ?? [], otherShares].flat().map(({ part, whole, of }) => `${part} of ${whole} ${of}`),
    connections === undefined
      ? ''
      : `${lowerBounds.includes('connections') ? '≥' : ''}${formatCount(connections)} connections`,
    requestsPerSecond === undefined
      ? ''
      : `${lowerBounds.includes('requestsPerSecond') ? '≥' : ''}${formatCount(requestsPerSecond)} requests/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');

const verdict = ({ ok, asks }: GateCheck): string => {
  if (ok === 'unknown') return 'unknown: ';
  return ok || asks ? '' : 'not met: ';
};

const checkLine = (check: GateCheck): string => {
  const { what, why, remedy } = check;
  return `  ${what}: ${verdict(check)}${why}${remedy === undefined ? '' : `. ${sentenceCase(remedy)}`}`;
};

const impactLines = ({ blast }: Proposal): readonly string[] =>
  blast === undefined ? [] : [`  impact: ${impactText(blast)}`];

const requirements = (gate: Gate, names: readonly string[]): string => {
  const listed = names.join(', ');
  const parts = [
    gate.arm ? 'arming' : '',
    gate.typed ? `typed name: ${listed}` : gate.confirm ? `confirmation of ${listed}` : '',
    gate.windowMs > 0 ? `${formatDuration(gate.windowMs)} cancel window` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(', ');
};

const stepHead = ({ id, title, manual, danger }: PlannedStep): string =>
  `  ${id}  ${title}  (${manual ? 'manual' : danger})`;

const stepLines = (step: PlannedStep): readonly string[] => [
  stepHead(step),
  ...(step.notes === undefined
    ? []
    : step.notes
        .trim()
        .split('\n')
        .map((line) => `      note    ${line}`)),
  ...(step.plan?.targets ?? []).map(({ name, saw, where }) => `      target  ${name}: ${saw}, ${where}`),
  ...(step.plan?.calls ?? []).flatMap(({ line, body, command }) => [
    `      call    ${command ?? line}`,
    ...(body === undefined || command !== undefined ? [] : [`              ${body}`]),
  ]),
  ...(step.plan?.changes ?? []).map((change) => `      change  ${change}`),
  ...(step.plan?.objects ?? []).map((object) => `      object  ${object}`),
  ...(step.plan?.lost === undefined ? [] : [`      irreversible: ${step.plan.lost}`]),
];

const proposalHead = ({ runbook, system, env, tier, run, title }: Proposal): string =>
  `${runbook} on ${system}/${env} (${tier}), run ${run}: ${title}`;

const proposalLines = (proposal: Proposal): readonly string[] => [
  proposalHead(proposal),
  ...proposal.steps.flatMap(stepLines),
  ...impactLines(proposal),
  ...(proposal.checks ?? []).map(checkLine),
  `  requires: ${requirements(proposal.gate, namesToConfirm(proposal))}`,
];

/** The plan of a refused run: its steps in a line each, its impact, and where its calls are. The ending has what is not met. */
const foldedLines = (proposal: Proposal): readonly string[] => {
  const calls = proposal.steps.reduce((total, { plan }) => total + (plan?.calls.length ?? 0), 0);
  return [
    proposalHead(proposal),
    ...proposal.steps.map(stepHead),
    ...impactLines(proposal),
    ...(calls === 0 ? [] : [`  --dry-run prints the plan with ${pluralize(calls, 'call')}`]),
  ];
};

const verificationLine = ({ id, title, value, why }: CheckState): string =>
  `  ${id}  ${title}: ${value}${why === '' ? '' : `, ${why}`}`;

const diagnosedLines = ({ step, title, lines, faults, done }: DiagnosisResult): readonly string[] => [
  `${step}  ${title}${done ? '' : ' (incomplete)'}`,
  ...lines.map((line) => `      ${line}`),
  ...faults.map(({ message }) => `      failed: ${message}`),
];

/** The targets of the run and the values that its verification compared, before and after. */
const changeLines = ({ changes = [] }: Extract<RunEvent, { event: 'ended' }>): readonly string[] =>
  changes.length === 0 ? [] : ['changes', ...changes.map((change) => `  ${changeText(change)}`)];

/** The requirements that a refused run does not meet, each with the change of the profile that permits it, or where the profile states it. */
export const requirementLines = (missing: readonly MissingRequirement[]): readonly string[] =>
  missing.flatMap((requirement) => {
    const { what, edit, position } = requirement;
    const place = position === undefined || edit !== undefined ? '' : ` [${linePosition(position)}]`;
    return [
      `  ${what}: ${requirementText(requirement)}${place}`,
      ...(edit === undefined ? [] : [`    ${profileEditText(edit, linePosition(edit.position))}`]),
    ];
  });

/** The reason of an ending: a sentence, or what is missing in a list. */
const reasonLines = (event: Extract<RunEvent, { event: 'ended' }>): readonly string[] => {
  const { missing = [] } = event;
  const word = outcomeWord(event, event.incident);
  if (missing.length === 0 || (missing.length === 1 && missing[0]?.edit === undefined))
    return [`${word}: ${outcomeReason(event)}`];
  const count = missing.length === 1 ? '1 requirement is' : `${missing.length} requirements are`;
  return [`${word}: ${count} not met`, ...requirementLines(missing)];
};

const endedLines = (event: Extract<RunEvent, { event: 'ended' }>): readonly string[] => [
  ...reasonLines(event),
  ...(event.incident === undefined ? [] : [`  ${incidentLine(event.incident)}`]),
  ...changeLines(event).map((line) => `  ${line}`),
  ...event.sent.map((line) => `  sent: ${line}`),
  ...(event.undo ?? []).map((call) => `  can be undone: ${call.title}`),
];

/** The flags that answer a refusal, as they are typed: `--arm "REASON" --confirm broker`. None: the reason names another way on. */
const flagsToAdd = (why: string, proposal: Proposal): readonly string[] => {
  const reasons = [
    ['--arm', answerFlag.arm],
    ['--override', answerFlag.override],
    ['--allow-outage', answerFlag.allowOutage],
  ] as const;
  // Ids of the plan alone: a name in the reason may be any text.
  const ids = new Set(proposal.steps.map((planned) => stepIdOf({ planned })));
  const steps = why.includes(answerFlag.done)
    ? [...ids].filter((id) => why.includes(`"${id}"`)).map((id) => formatShellCommand(['--done', id]))
    : [];
  // An override asks for the names as well.
  const hints = [answerFlag.confirm, answerFlag.override, answerFlag.allowOutage];
  const flags = [
    ...reasons.filter(([, hint]) => why.includes(hint)).map(([flag]) => `${flag} "REASON"`),
    ...(hints.some((hint) => why.includes(hint))
      ? namesToConfirm(proposal).map((name) => formatShellCommand(['--confirm', name]))
      : []),
    ...steps,
  ];
  return flags.length === 0 ? [] : [`  add: ${flags.join(' ')}`];
};

/** The observations that are missing for a verdict, each with what to do about it. */
const missingLines = (events: readonly RunEvent[]): readonly string[] => {
  const { missing, at } = missingIn(events);
  return missing.map((observation) => `  to do: ${missingText(observation, at, commandPlace)}`);
};

/** The work that follows the run, which it did not wait for. */
const followUpLines = (events: readonly RunEvent[]): readonly string[] => [
  ...followUpsOfRun(events).map(({ title }) => `  follow-up: ${title}`),
  ...preventionsOfRun(events).map(({ title }) => `  to prevent it: ${title}`),
];

/** The ending in a sentence, last. */
const sentenceLines = (events: readonly RunEvent[]): readonly string[] => {
  const sentence = endingSentence(events);
  return sentence === undefined ? [] : [sentence];
};

const watchingWords = ({ at, until, blind }: Extract<RunEvent, { event: 'watching' }>): string => {
  const unseen = blind === undefined ? '' : `. No data: ${blind}`;
  return `watching for another ${formatDuration(Math.max(0, until - at))}${unseen}`;
};

const tickedWords = ({ done, ask }: Extract<RunEvent, { event: 'ticked' }>): string => {
  if (ask === true) return done ? 'continued' : 'stopped here';
  return done ? 'marked as done' : 'not done';
};

/** Returns the lines of one event of a run. */
export const runEventLines = (event: RunEvent): readonly string[] => {
  switch (event.event) {
    case 'planned':
      return proposalLines(event.proposal);
    case 'diagnosed':
      return diagnosedLines(event.found);
    case 'gated':
      // The ending of a refused run has the reason.
      return event.passed ? [event.why] : [];
    case 'confirmed': {
      const names = event.names.length === 0 ? '' : ` ${event.names.join(', ')}`;
      return [`confirmed${names}${event.armed === undefined ? '' : `, armed: ${event.armed}`}`];
    }
    case 'approval-requested':
      return [
        `waits ${formatDuration(event.forMs)} for the approval of another person: opsdeck approvals approve ${event.run}. Press ctrl-c to cancel`,
      ];
    case 'approved':
      return ['approved the plan'];
    case 'approval-refused':
      return [`refused the approval: ${event.why}`];
    case 'approval-withdrawn':
      return [`withdrew the approval: ${event.why}`];
    case 'window':
      return [
        `cancel window: ${formatDuration(Math.max(0, event.endsAt - event.at))}. Press ctrl-c to cancel`,
      ];
    case 'acting':
      return [`${event.step}  ${event.title}`];
    case 'output':
      return event.text.split('\n').map((line) => `      ${line}`);
    case 'acted':
      return [`${event.step}  ${event.ok ? 'done' : 'failed'}: ${event.result}`];
    case 'paused':
      return [`${event.step}  starts in ${formatDuration(Math.max(0, event.endsAt - event.at))}`];
    case 'ticking':
      return [`${event.step}  ${event.ask === true ? 'continue?' : 'manual:'} ${event.title}`];
    case 'ticked':
      return [`${event.step}  ${tickedWords(event)}`];
    case 'before':
      return ['before the action', ...event.proofs.map(verificationLine)];
    case 'verifying':
      return event.proofs.map(verificationLine);
    case 'login':
      return [`access denied, because a login has expired: ${event.why}`];
    case 'renewed':
      return [`${event.source}: ${event.ok ? 'logged in again' : `login failed: ${event.why}`}`];
    case 'noted':
      return [`note: ${event.text}`];
    case 'watching':
      return [watchingWords(event)];
    case 'relapsed':
      return [`RELAPSED: ${event.why}`];
    case 'watched':
      return [event.held ? `still recovered: ${event.why}` : `watch ended: ${event.why}`];
    case 'forward-closed':
      return [`${event.forward} ended: ${event.why}`];
    case 'reset-scheduled':
      return [`${event.step}  resets automatically in ${formatDuration(event.afterMs)}: ${event.title}`];
    case 'incident':
      return [incidentLine(event.incident)];
    case 'ended':
      return endedLines(event);
  }
};

/**
 * Prints the events of one live run. The plan is printed with the event that follows it: a refused run has it folded, so that
 * the reason and the flags to add stand out. A verification is printed again only when its value changes. The ending follows
 * the changes, so that it is the end of the output.
 */
class RunEventPrinter {
  readonly #isDryRun: boolean;
  readonly #printed = new Map<string, string>();
  readonly #marks: RunEvent[] = [];
  #verified: RunEvent | undefined;
  #proposal: Proposal | undefined;
  #isPlanPrinted = false;

  constructor(isDryRun: boolean) {
    this.#isDryRun = isDryRun;
  }

  linesOf(event: RunEvent): readonly string[] {
    if (event.event === 'planned') {
      this.#proposal = event.proposal;
      this.#marks.push(event);
      return [];
    }
    const plan = this.#planLines(event);
    if (event.event === 'acted' || event.event === 'ticked') this.#marks.push(event);
    if (event.event === 'ended') return [...plan, ...this.#endedLines(event)];
    if (event.event !== 'verifying') return [...plan, ...runEventLines(event)];
    this.#verified = event;
    const changed = event.proofs.filter(({ id, value }) => this.#printed.get(id) !== value);
    for (const { id, value } of changed) this.#printed.set(id, value);
    return [...plan, ...changed.map(verificationLine)];
  }

  #planLines(event: RunEvent): readonly string[] {
    if (this.#isPlanPrinted || this.#proposal === undefined) return [];
    // The ending of a refused run follows and has the reason.
    if (event.event === 'gated' && !event.passed) return [];
    this.#isPlanPrinted = true;
    return event.event === 'ended' && event.ending === 'forbidden' && !this.#isDryRun
      ? foldedLines(this.#proposal)
      : proposalLines(this.#proposal);
  }

  #endedLines(event: Extract<RunEvent, { event: 'ended' }>): readonly string[] {
    const refused = event.ending === 'forbidden' ? this.#proposal : undefined;
    return [
      ...changeLines(event),
      ...runEventLines({ ...event, changes: [] }),
      ...(refused === undefined ? [] : flagsToAdd(event.why, refused)),
      ...missingLines(this.#verified === undefined ? [event] : [this.#verified, event]),
      ...followUpLines([...this.#marks, event]),
      ...sentenceLines([...this.#marks, event]),
    ];
  }
}

/** Returns the printer of one run: the lines of each event. A dry run prints its plan also when it would be refused. */
export const createRunEventPrinter = (isDryRun = false): ((event: RunEvent) => readonly string[]) => {
  const printer = new RunEventPrinter(isDryRun);
  return (event) => printer.linesOf(event);
};
