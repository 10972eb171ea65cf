import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { DeclaredIncident } from '../../domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../domain/incidents/incident-event.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { judgeStatus } from '../../incidents/record-changes.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import type { PlacedIncidentCall } from './incident-records.ts';

type StatusEvent = Extract<IncidentEvent, { event: 'status' }>;

/** Reads the environment of an incident once, also that of a drill. */
const readEnvironment = (
  { context, options, place: { opened } }: PlacedIncidentCall,
  { system, env }: DeclaredIncident,
): Promise<Snapshot> => {
  const until = context.startedAt + options.timeout;
  const left = (): number => Math.max(0, until - context.clock.now());
  if (opened?.profile.system === system && opened.profile.env === env)
    return opened.engine.readOnce(left(), undefined, options.timeout).then(() => opened.engine.snapshot());
  return withEnvironment(
    { ...context, options: { ...context.options, env: `${system}/${env}` } },
    { memory: false, until },
    async ({ engine }) => {
      await engine.readOnce(left(), undefined, options.timeout);
      return engine.snapshot();
    },
  );
};

/**
 * A change of the status. A resolution while something about the affected services is critical or unknown needs the reason of
 * `--override`, and records both; undefined without one, which is reported on stderr.
 */
export const checkedResolution = async (
  call: PlacedIncidentCall,
  incident: DeclaredIncident,
  event: StatusEvent,
): Promise<StatusEvent | undefined> => {
  if (event.status !== 'resolved') return event;
  const askedEvent = { ...event, reason: call.options.override ?? '' };
  const judged = judgeStatus(incident, askedEvent, await readEnvironment(call, incident));
  if ('event' in judged) return judged.event;
  const { findings } = judged;
  call.output.error(
    `opsdeck: ${incident.id} is not resolved: ${pluralize(findings.length, 'open finding')}. To resolve the incident anyway, add --override "reason", which is recorded.`,
  );
  for (const finding of findings) call.output.error(`  ${finding}`);
  return undefined;
};
