import type { PlannedStep, Proposal } from '../../src/domain/proposal.ts';
import type { RunEvent } from '../../src/domain/run.ts';
import type { Arrived, CockpitUnderTest } from './cockpit.ts';

/** What each tier asks for, by danger: docs/safety.md, written down a second time. */
interface Asked {
  readonly armed: boolean;
  readonly names: boolean;
  readonly typed: boolean;
  readonly windowMs: number;
}
const nothing: Asked = { armed: false, names: false, typed: false, windowMs: 0 };
const named: Asked = { ...nothing, names: true };
const asks: Readonly<Record<string, Readonly<Record<string, Asked>>>> = {
  dev: { safe: nothing, disruptive: named, destructive: named },
  production: {
    safe: { ...named, armed: true },
    disruptive: { ...named, armed: true, windowMs: 5000 },
    destructive: { armed: true, names: true, typed: true, windowMs: 5000 },
  },
};

/** The danger of each runbook of the model's profiles, as its author knows it. */
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
  fits: (found: Of<E>) => boolean = () => true,
): number => events.findIndex((one) => one.event === event && fits(one as Of<E>));

const callFits = ({ change }: Arrived, { plan }: PlannedStep): boolean =>
  (plan?.calls ?? []).some(({ line, body }) => {
    const [method, address = ''] = line.split(' ');
    const url = new URL(address);
    return (
      `${method} ${url.pathname}` === change.line &&
      url.hostname === `${change.server}.${change.env}.world` &&
      (body === undefined || change.body === body)
    );
  });

/** Why a change was not allowed by what a run had written by then; undefined: it was. */
const objection = (
  one: Arrived,
  events: readonly RunEvent[],
  proposal: Proposal,
  under: CockpitUnderTest,
): string | undefined => {
  const { tier, runbook } = proposal;
  const wants = asks[tier]?.[dangers[runbook] ?? ''];
  if (wants === undefined) return `nobody knows what ${runbook} asks for on ${tier}`;
  const acting = events.findLast((event) => event.event === 'acting');
  const step = proposal.steps.find(({ id }) => id === acting?.step);
  if (step === undefined || !callFits(one, step)) return 'its plan, or the step that acts, has no such call';
  const [planned, gated, confirmed] = [
    indexOf(events, 'planned'),
    indexOf(events, 'gated', ({ passed }) => passed),
    indexOf(events, 'confirmed'),
  ];
  const acts = indexOf(events, 'acting', (event) => event.step === step.id);
  if (!(planned >= 0 && planned < gated && gated < confirmed && confirmed < acts))
    return `not planned, gated, confirmed and acting in this order: ${events.map(({ event }) => event).join(' ')}`;
  if (indexOf(events, 'ended') >= 0) return 'the run had ended';
  if (indexOf(events, 'gated', ({ passed }) => !passed) >= 0) return 'a gate had refused it';

  const yes = events[confirmed] as Of<'confirmed'>;
  return answerObjection(one, yes, proposal, wants, under);
};

/** Why a yes was not the one that its tier asks for. */
const answerObjection = (
  one: Arrived,
  yes: Of<'confirmed'>,
  { run, names, env }: Proposal,
  wants: Asked,
  under: CockpitUnderTest,
): string | undefined => {
  const how = under.oracle.how(run);
  if (how.length === 0) return 'nobody had said yes';
  if (wants.names && !names.every((name) => yes.names.includes(name))) return 'not confirmed by name';
  if (wants.typed && !how.some(({ pasted, typed }) => !pasted && typed === names.join('\n')))
    return 'the name was not typed';
  if (wants.armed && (one.armed === undefined || yes.armed === undefined)) return 'not armed';
  if (one.change.at - yes.at < wants.windowMs) return 'the window had not passed';
  if (one.change.env !== env) return 'another environment';
  return undefined;
};

const runsBy = ({ written }: CockpitUnderTest, count: number) =>
  Map.groupBy(
    written.slice(0, count).map(({ entry }) => entry),
    ({ run }) => run,
  );

type Owner = { readonly run: string; readonly step: string } | { readonly why: string };

/** The run, and the step of it, that a change belongs to; or why it belongs to none. A step sends its call once. */
const ownerOf = (one: Arrived, under: CockpitUnderTest, taken: ReadonlySet<string>): Owner => {
  const reasons: string[] = [];
  for (const [run, events] of runsBy(under, one.written)) {
    const planned = events.find((event) => event.event === 'planned');
    if (planned?.event !== 'planned') continue;
    const acting = events.findLast((event) => event.event === 'acting');
    const step = acting?.event === 'acting' ? acting.step : '';
    const why = taken.has(`${run}/${step}`)
      ? 'its step had already sent it'
      : objection(one, events, planned.proposal, under);
    if (why === undefined) return { run, step };
    reasons.push(`${run}: ${why}`);
  }
  return { why: reasons.join('; ') || 'nothing was written down' };
};

const refusals = ['forbidden', 'declined', 'dry-run', 'not-applicable'];

/**
 * The invariant: every request that was made to change the world belongs to exactly one run, which had by then been
 * planned with that very call, passed its gates, been confirmed as its tier asks, waited its window out and said that it
 * acts: all of it acknowledged by the disk. And none belongs to a run that ended as refused. Gives the first that breaks it.
 */
export const violation = (under: CockpitUnderTest): string | undefined => {
  const taken = new Set<string>();
  const owners = new Set<string>();
  for (const one of under.arrived) {
    const owner = ownerOf(one, under, taken);
    const { env, server, line, body = '' } = one.change;
    if ('why' in owner) return `${env} ${server} ${line} ${body}: ${owner.why}`;
    taken.add(`${owner.run}/${owner.step}`);
    owners.add(owner.run);
  }
  const refused = under.written.find(
    ({ entry }) => entry.event === 'ended' && refusals.includes(entry.ending) && owners.has(entry.run),
  );
  return refused && `${refused.entry.run} changed something and ended as refused`;
};
