import { ask } from './ask.ts';
import { authorized } from './servers/passwords.ts';
import type { Address } from './servers/server.ts';

/** The Spring application from the perspective of its callers. */
export interface Shop {
  /** Calls through a breaker; returns the status: 200 success, 502 the dependency failed, 503 not permitted. */
  call(breaker: string): Promise<number>;
  breakDependency(name: string): Promise<void>;
  repairDependency(name: string): Promise<void>;
  /** Breaks a dependency and calls until its breaker opens. */
  trip(breaker: string): Promise<void>;
  /** The state of all breakers, in the application's terms. */
  states(): Promise<Readonly<Record<string, string>>>;
  /** Repairs the dependency and closes its breaker with an empty window. */
  reset(breaker: string): Promise<void>;
}

/** More than the breaker's minimum of calls. */
const enoughCalls = 6;

export const shopAt = (server: Address): Shop => {
  const call = async (breaker: string): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/call/${breaker}`, { headers: authorized });
    await answer.arrayBuffer();
    return answer.status;
  };
  const post = async (path: string, body: object = {}): Promise<void> => {
    await ask(server, path, { method: 'POST', body });
  };
  return {
    call,
    breakDependency: (name) => post(`/break/${name}`),
    repairDependency: (name) => post(`/repair/${name}`),
    trip: async (breaker) => {
      await post(`/break/${breaker}`);
      for (let count = 0; count < enoughCalls; count++) await call(breaker);
    },
    states: async () => {
      const { circuitBreakers } = await ask<{ circuitBreakers: Record<string, { state: string }> }>(
        server,
        '/actuator/circuitbreakers',
      );
      return Object.fromEntries(Object.entries(circuitBreakers).map(([name, { state }]) => [name, state]));
    },
    reset: async (breaker) => {
      await post(`/repair/${breaker}`);
      await post(`/actuator/circuitbreakers/${breaker}`, { updateState: 'CLOSE' });
    },
  };
};
