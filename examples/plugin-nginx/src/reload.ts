import { type ActEvent, defineOperation, PlanError, type TargetDrift, z } from 'opsdeck/sdk';
import { masterOf } from './processes.ts';
import type { NginxParts } from './source.ts';

/** Refuses a configuration that nginx would not take: it would go on with the old one, and say so in its log only. */
const tested = async ({ config, io }: NginxParts, signal: AbortSignal): Promise<void> => {
  const { status, err } = await io.run({ argv: [...config.program, '-t'] }, signal);
  if (status !== 0) throw new PlanError('not-applicable', `its configuration is not valid: ${err.trim()}`);
};

/**
 * `reload`: has nginx read its configuration again. It is planned only for a configuration that passes `nginx -t`, and refused when
 * another master process runs by then. There is no undo: the configuration that it
 * replaces is not kept here.
 */
export const reload = defineOperation(
  { name: 'reload', params: z.strictObject({}), danger: 'safe' },
  (parts: NginxParts) => {
    const { config, endpoint } = parts;
    const argv = [...config.program, '-s', 'reload'];
    const line = argv.join(' ');
    return {
      plan: async (_, signal) => {
        await tested(parts, signal);
        const pid = await masterOf(parts, signal);
        return {
          targets: [
            { name: config.service, uid: pid, saw: `master process ${pid}`, where: endpoint.url('') },
          ],
          calls: [{ line, target: 0 }],
          objects: [`the configuration of ${config.service}`],
          lost: 'opsdeck does not keep the configuration that is replaced, so there is no undo',
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
