import { formatDuration } from '../../domain/duration.ts';
import { formatCount } from '../../domain/format.ts';
import type { BlastRadius, Gate, GateCheck, PlannedStep, Proposal } from '../../domain/proposal.ts';
import type { DiagnosisResult, ProofState, RunEvent } from '../../domain/run.ts';

const reachText = ({ objects, share, connections, requestsPerSecond }: BlastRadius): string =>
  [
    `${objects} object${objects === 1 ? '' : 's'}`,
    share === undefined ? '' : `${share.part} of ${share.whole} ${share.of}`,
    connections === undefined ? '' : `${formatCount(connections)} connections`,
    requestsPerSecond === undefined ? '' : `${formatCount(requestsPerSecond)} requests/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');

const verdict = ({ ok, asks }: GateCheck): string => {
  if (ok === 'unknown') return 'cannot tell: ';
  return ok || asks ? '' : 'no: ';
};

const checkLine = (check: GateCheck): string => {
  const { what, why, remedy } = check;
  return `  ${what}: ${verdict(check)}${why}${remedy === undefined ? '' : `; ${remedy}`}`;
};

/** How far a proposal reaches, and what was looked at besides its answers. */
const gateLines = ({ blast, checks = [] }: Proposal): readonly string[] => [
  ...(blast === undefined ? [] : [`  reaches ${reachText(blast)}`]),
  ...checks.map(checkLine),
];

const asks = (gate: Gate, names: readonly string[]): string => {
  const listed = names.join(', ');
  const parts = [
    gate.arm ? 'arming' : '',
    gate.typed ? `the typed name of ${listed}` : gate.confirm ? `confirming ${listed}` : '',
    gate.windowMs > 0 ? `${formatDuration(gate.windowMs)} in which it can be cancelled` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing' : parts.join(', ');
};

const stepLines = ({ id, title, manual, danger, plan }: PlannedStep): readonly string[] => [
  `  ${id}  ${title}  (${manual ? 'by hand' : danger})`,
  ...(plan?.targets ?? []).map(({ name, saw, where }) => `      target  ${name}: ${saw}, ${where}`),
  ...(plan?.calls ?? []).flatMap(({ line, body, command }) => [
    `      call    ${command ?? line}`,
    ...(body === undefined || command !== undefined ? [] : [`              ${body}`]),
  ]),
  ...(plan?.objects ?? []).map((object) => `      touches ${object}`),
  ...(plan?.lost === undefined ? [] : [`      cannot be brought back: ${plan.lost}`]),
];

const proposalLines = (proposal: Proposal): readonly string[] => [
  `${proposal.runbook} on ${proposal.system}/${proposal.env} (${proposal.tier}), run ${proposal.run}: ${proposal.title}`,
  ...proposal.steps.flatMap(stepLines),
  ...gateLines(proposal),
  `  asks for ${asks(proposal.gate, proposal.names)}`,
];

const proofLine = ({ id, title, value, why }: ProofState): string =>
  `  ${id}  ${title}: ${value}${why === '' ? '' : `, ${why}`}`;

const diagnosedLines = ({ step, title, lines, faults, done }: DiagnosisResult): readonly string[] => [
  `${step}  ${title}${done ? '' : ' (not come to its end)'}`,
  ...lines.map((line) => `      ${line}`),
  ...faults.map(({ message }) => `      could not be seen: ${message}`),
];

const endedLines = (event: Extract<RunEvent, { event: 'ended' }>): readonly string[] => [
  `${event.ending.toUpperCase()}: ${event.why}`,
  ...event.sent.map((line) => `  had been sent: ${line}`),
  ...(event.undo ?? []).map((call) => `  can be undone: ${call.title}`),
];

const watchingWords = ({ at, until, blind }: Extract<RunEvent, { event: 'watching' }>): string => {
  const unseen = blind === undefined ? '' : `; it cannot be seen: ${blind}`;
  return `watched for ${formatDuration(Math.max(0, until - at))} more${unseen}`;
};

const tickedWords = ({ done, ask }: Extract<RunEvent, { event: 'ticked' }>): string => {
  if (ask === true) return done ? 'go on' : 'stopped here';
  return done ? 'said to be done' : 'not done';
};

/** One event of a run in words; several lines for what has several parts. */
export const runEventLines = (event: RunEvent): readonly string[] => {
  switch (event.event) {
    case 'planned':
      return proposalLines(event.proposal);
    case 'diagnosed':
      return diagnosedLines(event.found);
    case 'gated':
      return [`gates ${event.passed ? 'passed' : 'refused'}: ${event.why}`];
    case 'confirmed': {
      const names = event.names.length === 0 ? '' : ` ${event.names.join(', ')}`;
      return [`confirmed${names}${event.armed === undefined ? '' : `, armed: ${event.armed}`}`];
    }
    case 'window':
      return [`nothing is sent for ${formatDuration(Math.max(0, event.endsAt - event.at))}; ctrl-c stops it`];
    case 'acting':
      return [`${event.step}  ${event.title}`];
    case 'output':
      return event.text.split('\n').map((line) => `      ${line}`);
    case 'acted':
      return [`${event.step}  ${event.ok ? 'acted' : 'failed'}: ${event.result}`];
    case 'paused':
      return [`${event.step}  waits ${formatDuration(Math.max(0, event.endsAt - event.at))} before it`];
    case 'ticking':
      return [`${event.step}  ${event.ask === true ? 'go on?' : 'by hand:'} ${event.title}`];
    case 'ticked':
      return [`${event.step}  ${tickedWords(event)}`];
    case 'before':
      return ['before the act', ...event.proofs.map(proofLine)];
    case 'verifying':
      return event.proofs.map(proofLine);
    case 'login':
      return [`denied, a login has expired: ${event.why}`];
    case 'renewed':
      return [`${event.source}: ${event.ok ? 'logged in again' : `not logged in: ${event.why}`}`];
    case 'noted':
      return [`note: ${event.text}`];
    case 'watching':
      return [watchingWords(event)];
    case 'relapsed':
      return [`RELAPSED: ${event.why}`];
    case 'watched':
      return [event.held ? `it has held: ${event.why}` : `no longer watched: ${event.why}`];
    case 'ended':
      return endedLines(event);
  }
};

/** Like `runEventLines`, for one run as it happens: a proof is told again only when its truth changes. */
export const createRunEventPrinter = (): ((event: RunEvent) => readonly string[]) => {
  const told = new Map<string, string>();
  return (event) => {
    if (event.event !== 'verifying') return runEventLines(event);
    const news = event.proofs.filter(({ id, value }) => told.get(id) !== value);
    for (const { id, value } of news) told.set(id, value);
    return news.map(proofLine);
  };
};
