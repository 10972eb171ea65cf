import { type ActEvent, defineOperation, PlanError, type TargetDrift, z } from 'opsdeck/sdk';
import { masterOf } from './processes.ts';
import type { NginxParts } from './source.ts';

/** Rejects an invalid configuration: nginx would keep the old one and report the error only in its log. */
const assertValidConfig = async ({ config, io }: NginxParts, signal: AbortSignal): Promise<void> => {
  const { status, err } = await io.run({ argv: [...config.program, '-t'] }, signal);
  if (status !== 0) throw new PlanError('not-applicable', `invalid nginx configuration: ${err.trim()}`);
};

/**
 * `reload`: makes nginx read its configuration again. It is planned only if the configuration passes `nginx -t`, and refused if
 * the master process has changed since. There is no undo: the previous configuration is not stored.
 */
export const reload = defineOperation(
  { name: 'reload', params: z.strictObject({}), danger: 'safe' },
  (parts: NginxParts) => {
    const { config, endpoint } = parts;
    const argv = [...config.program, '-s', 'reload'];
    const line = argv.join(' ');
    return {
      plan: async (_, signal) => {
        await assertValidConfig(parts, signal);
        const pid = await masterOf(parts, signal);
        return {
          targets: [
            { name: config.service, uid: pid, saw: `master process ${pid}`, where: endpoint.url('') },
          ],
          calls: [{ line, target: 0 }],
          objects: [`the configuration of ${config.service}`],
          lost: 'no undo: opsdeck does not store the previous configuration',
        };
      },
      recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
        const planned = plan.targets[0]?.uid ?? '';
        const found = await masterOf(parts, signal);
        return found === planned ? undefined : { target: config.service, planned, found };
      },
      act: async function* (_, change, signal): AsyncIterable<ActEvent> {
        yield { is: 'call', line };
        for await (const event of change.run({ argv }, signal))
          if (event.is === 'line') yield { is: 'output', text: event.text };
          else {
            const { status } = event.end;
            yield { is: 'answered', line, status: `exited with status ${status ?? '?'}`, ok: status === 0 };
          }
      },
    };
  },
);
