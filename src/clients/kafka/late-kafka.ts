import type { Clock } from '../../platform/clock.ts';
import type { Dial } from '../../platform/network/dial.ts';
import { once } from '../../platform/once.ts';
import type { KafkaReader, KafkaTarget } from './kafka.ts';

/** A reader whose client is loaded by its first call. `open` ties a call's signal to the life of its io. */
export const lateKafka = (
  target: KafkaTarget,
  clock: Clock,
  dial: Dial | undefined,
  open: (signal: AbortSignal) => AbortSignal,
): KafkaReader => {
  let asked = false;
  const reader = once(async () => {
    asked = true;
    return (await import('./client.ts')).openKafkaReader(target, clock, dial);
  });
  return {
    look: async (signal, look) => (await reader()).look(open(signal), look),
    close: async () => {
      if (asked) await (await reader()).close();
    },
  };
};
