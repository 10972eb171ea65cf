import type { PlannedStep, Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import type { CockpitUnderTest, ReceivedChange } from './cockpit.ts';

/** The confirmation that a tier requires for a danger. Repeats docs/safety.md independently of src. */
interface Requirements {
  readonly armed: boolean;
  readonly names: boolean;
  readonly typed: boolean;
  readonly windowMs: number;
}
const noRequirements: Requirements = { armed: false, names: false, typed: false, windowMs: 0 };
const named: Requirements = { ...noRequirements, names: true };
const requirementsByTier: Readonly<Record<string, Readonly<Record<string, Requirements>>>> = {
  dev: { safe: noRequirements, disruptive: named, destructive: named },
  production: {
    safe: { ...named, armed: true },
    disruptive: { ...named, armed: true, windowMs: 5000 },
    destructive: { armed: true, names: true, typed: true, windowMs: 5000 },
  },
};

/** The expected danger of each runbook in the model's profiles. */
const dangers: Readonly<Record<string, string>> = {
  louder: 'safe',
  close: 'disruptive',
  scale: 'destructive',
  'by-hand': 'disruptive',
  'louder.undo': 'safe',
  'close.undo': 'disruptive',
  'scale.undo': 'destructive',
  'by-hand.undo': 'disruptive',
};

type Of<E extends RunEvent['event']> = Extract<RunEvent, { event: E }>;

const indexOf = <E extends RunEvent['event']>(
  events: readonly RunEvent[],
  event: E,
  matches: (found: Of<E>) => boolean = () => true,
): number => events.findIndex((runEvent) => runEvent.event === event && matches(runEvent as Of<E>));

const matchesCall = ({ change }: ReceivedChange, { plan }: PlannedStep): boolean =>
  (plan?.calls ?? []).some(({ line, body }) => {
    const [method, address = ''] = line.split(' ');
    const url = new URL(address);
    return (
      `${method} ${url.pathname}` === change.line &&
      url.hostname === `${change.server}.${change.env}.sim` &&
      (body === undefined || change.body === body)
    );
  });

/** The reason why the ledger entries of a run did not allow a change; undefined: allowed. */
const planViolation = (
  receivedChange: ReceivedChange,
  events: readonly RunEvent[],
  proposal: Proposal,
  setup: CockpitUnderTest,
): string | undefined => {
  const { tier, runbook } = proposal;
  const required = requirementsByTier[tier]?.[dangers[runbook] ?? ''];
  if (required === undefined) return `no requirements known for ${runbook} on ${tier}`;
  const acting = events.findLast((event) => event.event === 'acting');
  const step = proposal.steps.find(({ id }) => id === acting?.step);
  if (step === undefined || !matchesCall(receivedChange, step))
    return 'the acting step has no such call in its plan';
  const planned = indexOf(events, 'planned');
  const gated = indexOf(events, 'gated', ({ passed }) => passed);
  const confirmed = indexOf(events, 'confirmed');
  const acts = indexOf(events, 'acting', (event) => event.step === step.id);
  if (!(planned >= 0 && planned < gated && gated < confirmed && confirmed < acts))
    return `not planned, gated, confirmed and acting in this order: ${events.map(({ event }) => event).join(' ')}`;
  if (indexOf(events, 'ended') >= 0) return 'the run had ended';
  if (indexOf(events, 'gated', ({ passed }) => !passed) >= 0) return 'a gate had failed';

  const confirmation = events[confirmed] as Of<'confirmed'>;
  return confirmationViolation(receivedChange, confirmation, proposal, required, setup);
};

/** The reason why a confirmation did not meet the requirements of its tier. */
const confirmationViolation = (
  receivedChange: ReceivedChange,
  confirmation: Of<'confirmed'>,
  { run, names, env }: Proposal,
  required: Requirements,
  setup: CockpitUnderTest,
): string | undefined => {
  const inputs = setup.oracle.confirmations(run);
  if (inputs.length === 0) return 'not confirmed';
  if (required.names && !names.every((name) => confirmation.names.includes(name)))
    return 'not confirmed by name';
  if (required.typed && !inputs.some(({ pasted, typed }) => !pasted && typed === names.join('\n')))
    return 'the name was not typed';
  if (required.armed && (receivedChange.armed === undefined || confirmation.armed === undefined))
    return 'not armed';
  if (receivedChange.change.at - confirmation.at < required.windowMs)
    return 'the cancel window was still open';
  if (receivedChange.change.env !== env) return 'sent to another environment';
  return undefined;
};

const runsBy = ({ written }: CockpitUnderTest, count: number) =>
  Map.groupBy(
    written.slice(0, count).map(({ entry }) => entry),
    ({ run }) => run,
  );

type Owner = { readonly run: string; readonly step: string } | { readonly why: string };

/** The run and step that sent a change, or the reason why none did. A step sends its call once. */
const ownerOf = (
  receivedChange: ReceivedChange,
  setup: CockpitUnderTest,
  taken: ReadonlySet<string>,
): Owner => {
  const reasons: string[] = [];
  for (const [run, events] of runsBy(setup, receivedChange.written)) {
    const planned = events.find((event) => event.event === 'planned');
    if (planned?.event !== 'planned') continue;
    const acting = events.findLast((event) => event.event === 'acting');
    const step = acting?.event === 'acting' ? acting.step : '';
    const why = taken.has(`${run}/${step}`)
      ? 'its step had already sent the call'
      : planViolation(receivedChange, events, planned.proposal, setup);
    if (why === undefined) return { run, step };
    reasons.push(`${run}: ${why}`);
  }
  return { why: reasons.join('; ') || 'the ledger was empty' };
};

const refusals = ['forbidden', 'declined', 'dry-run', 'not-applicable'];

/**
 * Returns the first violation of the invariant: every changing request belongs to exactly one run. When the request
 * arrived, the ledger held the run's plan with this call, passed gates, a confirmation as its tier requires, and the
 * acting entry after the cancel window. No request belongs to a run that ended as refused.
 */
export const violation = (setup: CockpitUnderTest): string | undefined => {
  const taken = new Set<string>();
  const owners = new Set<string>();
  for (const receivedChange of setup.received) {
    const owner = ownerOf(receivedChange, setup, taken);
    const { env, server, line, body = '' } = receivedChange.change;
    if ('why' in owner) return `${env} ${server} ${line} ${body}: ${owner.why}`;
    taken.add(`${owner.run}/${owner.step}`);
    owners.add(owner.run);
  }
  const refused = setup.written.find(
    ({ entry }) => entry.event === 'ended' && refusals.includes(entry.ending) && owners.has(entry.run),
  );
  return refused && `${refused.entry.run} sent a change and ended as refused`;
};
