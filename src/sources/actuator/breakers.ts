import type { Batch } from '../../domain/reading.ts';
import type { Breaker } from '../../kinds/breakers/fact.ts';
import type { Feed } from '../source.ts';
import { feedOf, type Instance, notExposed } from './instance.ts';
import { parseBreakers, type ReadBreaker } from './parse.ts';

/** The circuit breakers of one instance now. Throws WireError. Source: resilience4j, circuitbreakers endpoint. */
export const readBreakers = async (
  instance: Instance,
  signal: AbortSignal,
): Promise<readonly ReadBreaker[]> =>
  parseBreakers(
    await instance.ask(
      '/circuitbreakers',
      signal,
      notExposed('circuitbreakers', '; a service without breakers says breakers: false'),
    ),
  );

/** The circuit breakers of one instance: state, rates in percent (absent with too few calls), calls in the window. */
export const breakersFeed = (instance: Instance): Feed =>
  feedOf(instance, { name: 'breakers', kind: 'breakers' }, async (signal): Promise<Batch<Breaker>> => {
    try {
      const breakers = await readBreakers(instance, signal);
      const stamp = {
        source: instance.source,
        at: instance.now(),
        service: instance.service,
        instance: instance.name,
      };
      return {
        items: breakers.map(({ word: _, addressable: __, ...breaker }) => ({ ...stamp, ...breaker })),
        faults: [],
      };
    } catch (error) {
      return { items: [], faults: [instance.endpoint.fault('/circuitbreakers', error)] };
    }
  });
