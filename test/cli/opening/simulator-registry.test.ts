import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command/context.ts';
import { createSimulatorRegistry } from '../../../src/cli/opening/simulator-registry.ts';

test('the incident of a drill belongs to the system that is opened first; another one is healthy', async () => {
  const started: (readonly [string, string | undefined])[] = [];
  const context = {
    options: { rehearse: { incident: 'wont-start' } },
    startSimulator: (system: string, { incident }: { readonly incident?: string }) => {
      started.push([system, incident]);
      return Promise.resolve({ close: () => Promise.resolve() });
    },
  } as unknown as CommandContext;
  const simulators = createSimulatorRegistry(context);
  await simulators.of('event-bus', 'production');
  await simulators.of('demo', 'staging');
  expect(started).toEqual([
    ['event-bus', 'wont-start'],
    ['demo', undefined],
  ]);
  await simulators.close();
  // A system without that incident cannot be drilled with it.
  await expect(simulators.of('demo', 'production')).rejects.toThrow(
    'the simulator of demo has no scenario wont-start',
  );
});
