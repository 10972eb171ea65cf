import type { StoreApi } from 'zustand/vanilla';
import {
  type Acknowledgement,
  acknowledgementEnd,
  findingDigest,
  hasDigests,
  type ObservedFinding,
} from '../../../domain/incidents/acknowledgement.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import {
  type EnvironmentView,
  liveContext,
  type RenderContext,
} from '../../shell/contract/render-context.ts';
import { paneFindingKey, sourceFindingKey } from '../findings/findings.ts';

const everyMs = 1000;

/** True if every feed of the source has answered without a fault; '' stands for all sources. */
const isRead = ({ facts: { feeds, frame } }: EnvironmentView, source: string): boolean => {
  // A source that the profile no longer has cannot answer.
  if (source !== '' && frame.sources[source] === undefined) return true;
  const own = Object.values(feeds).filter(
    ({ feed }) => feed.everyMs > 0 && (source === '' || feed.source === source),
  );
  return own.length > 0 && own.every(({ known, faults }) => known !== undefined && faults.length === 0);
};

/** The findings of all panes by identity, including those that are unknown because of their source. */
const presentLevels = (view: RenderContext): ReadonlyMap<string, ObservedFinding> =>
  new Map([
    ...view.features.panes
      .ofEnvironment()
      .flatMap((pane) =>
        pane
          .problems(view)
          .map(({ row }) => [paneFindingKey(pane, row), { is: 'present', level: row.level }] as const),
      ),
    ...(view.own?.snapshot.faults ?? []).map(
      (fault) => [sourceFindingKey(fault), { is: 'present', level: 'unknown' }] as const,
    ),
  ]);

/** State of an acknowledged finding according to the facts. It is gone only if its source has answered and does not list it. */
const observe = (
  own: EnvironmentView,
  present: ReadonlyMap<string, ObservedFinding>,
  { finding, source }: Acknowledgement,
): ObservedFinding => present.get(finding) ?? { is: isRead(own, source) ? 'gone' : 'unseen' };

interface Parts {
  readonly clock: Clock;
  readonly cockpit: StoreApi<CockpitState>;
  readonly commands: Pick<Commands, 'endAcknowledgements'>;
  currentContext(): KeyContext;
}

/** Ends acknowledgements whose finding is gone or has become worse. Returns a stop function. */
export const endAcknowledgementsWhenOver = ({
  clock,
  cockpit,
  commands,
  currentContext,
}: Parts): (() => void) =>
  clock.every(everyMs, () => {
    const known = cockpit.getState().acknowledged;
    const acknowledged = Object.values(known);
    if (acknowledged.length === 0) return;
    const view = liveContext(currentContext().view);
    const { own } = view;
    if (own === undefined) return;
    const levels = presentLevels(view);
    const present = hasDigests(known)
      ? new Map([...levels, ...[...levels].map(([key, level]) => [findingDigest(key), level] as const)])
      : levels;
    const ended = acknowledged.flatMap((acknowledgement) => {
      const end = acknowledgementEnd(acknowledgement, observe(own, present, acknowledgement));
      return end === undefined ? [] : [{ finding: acknowledgement.finding, end }];
    });
    if (ended.length > 0) commands.endAcknowledgements(ended);
  });
