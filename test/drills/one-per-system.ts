import { expect } from 'vitest';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  chooseSuggested,
  confirm,
  enter,
  esc,
  takeAll,
  takeChoice,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';

/** A drill driven by key presses: an incident from its symptom to RECOVERED. */
export interface Drill {
  readonly title: string;
  readonly env: string;
  readonly incident: string;
  play(cockpit: Cockpit): Promise<void>;
}

/** One drill per system, run on the simulated clock and on the real one. */
export const onePerSystem: readonly Drill[] = [
  {
    title: 'event bus, circuit breakers open: restart the database, then reset the breakers',
    env: 'event-bus/production',
    incident: 'dependency-down',
    play: async (cockpit) => {
      await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);
      await cockpit.sees(/read-only/);
      await arm(cockpit, 'INC-7');

      await chooseSuggested(cockpit, 'restore-database');
      await confirm(cockpit);
      await cockpit.sees(/Sending in \d s/);
      await cockpit.sees(verified);
      await cockpit.keys(esc);
      // The dependency is back; the circuit breakers stay open until they are reset.
      await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);

      await chooseRunbook(cockpit, 'breakers-open');
      await confirm(cockpit);
      for (const step of [/▸ +Identify the failing dependency/, /▸ +Review error and/, /▸ +Fix the cause/])
        await tick(cockpit, step);
      await cockpit.sees(verified);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
      expect(await cockpit.ledger()).toMatch(/"armed":"INC-7"/);
    },
  },
  {
    title: 'trading, connection pool exhausted: end long-running queries',
    env: 'trading/production',
    incident: 'pool-exhaustion',
    play: async (cockpit) => {
      await cockpit.sees(/✗ exhausted +trademaster|✗ .*HikariPool.*is exhausted/);
      await arm(cockpit, 'INC-31');
      await chooseRunbook(cockpit, 'pool-exhausted');
      await cockpit.sees(/[║│] +Sessions with a statement/);
      await takeAll(cockpit, 6);
      await confirm(cockpit);
      await cockpit.sees(verified);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
  {
    title: 'saga platform, consumer lag: add a third consumer',
    env: 'saga/production',
    incident: 'consumer-lag',
    play: async (cockpit) => {
      await cockpit.sees(/saga-orchestrator\S* .*falling behind/);
      await arm(cockpit, 'INC-33');
      await chooseSuggested(cockpit, 'consumer-lag');
      await cockpit.sees(/[║│] +Replicas/);
      await cockpit.keys('3', enter);
      await confirm(cockpit);
      await cockpit.sees(/Sending in \d s/);
      await cockpit.sees(verified);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
  {
    title: 'event processing, consumer lag: raise the concurrency of the consumer',
    env: 'event-processing/production',
    incident: 'consumer-lag',
    play: async (cockpit) => {
      await cockpit.sees(/event-consumer-gro\S* .*falling behind/);
      await arm(cockpit, 'INC-55');
      await chooseSuggested(cockpit, 'consumer-lag');
      await cockpit.sees(/[║│] +Members/);
      await cockpit.keys('6', enter);
      await confirm(cockpit);
      await cockpit.sees(/Sending in \d s/);
      await cockpit.sees(verified);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
  {
    title: 'event mesh, service crashed: restart it on its host',
    env: 'eventmesh/production',
    incident: 'crashed',
    play: async (cockpit) => {
      await cockpit.sees(/✗ failed +eventmesh-api vm-2/);
      await arm(cockpit, 'INC-44');
      await chooseSuggested(cockpit, 'restart');
      await cockpit.sees(/[║│] +Host\W/);
      await takeChoice(cockpit, 'vm-2');
      await confirm(cockpit);
      await tick(cockpit, /▸ +Read the panic in the log/);
      await cockpit.sees(verified);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
];
