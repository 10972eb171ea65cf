import type { Millis } from '../../domain/base/fault.ts';
import type { EnvironmentContext } from './instances/environment-part.ts';
import { fnv1a } from './spec/seeded-random.ts';

/** A failed saga, as in its orchestrator's API and table. */
interface FailedSaga {
  readonly id: string;
  readonly type: string;
  /** The participant called last. */
  readonly step: string;
  readonly error: string;
  readonly at: Millis;
}

const stepOf = (error: string): string => /^([a-z]+-service|postgres)\b/.exec(error)?.[1] ?? 'orchestrate';

/** Recently failed sagas, newest first: failed requests of services with sagas. */
export const failedSagas = (env: EnvironmentContext): readonly FailedSaga[] =>
  env.instances
    .filter(({ service }) => service.business?.failed !== undefined)
    .flatMap(({ name, traffic }) =>
      traffic.failures.map(({ at, method, ms, cause, exception }) => ({
        id: fnv1a(`${name}/${at}/${ms}`).toString(16).padStart(8, '0'),
        type: method === 'POST' ? 'order' : 'payment',
        step: stepOf(cause ?? exception),
        error: cause ?? exception,
        at,
      })),
    )
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
