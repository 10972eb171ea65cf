import { expect } from 'vitest';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  enter,
  esc,
  takeAll,
  takeChoice,
  tick,
} from '../support/cockpit-verbs.ts';

/** A drill by keys: an incident, from its symptom to RECOVERED. */
export interface Drill {
  readonly title: string;
  readonly env: string;
  readonly incident: string;
  play(cockpit: Cockpit): Promise<void>;
}

/** Opens the list of runbooks once this one is suggested: until then, suggestions move it while it is being looked for. */
const chooseSuggested = async (cockpit: Cockpit, id: string): Promise<void> => {
  await cockpit.keys('R');
  await cockpit.sees(new RegExp(`● ${id} .* matches`));
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, id);
};

/** One drill of each system, which simulated time and the real clock both play. */
export const onePerSystem: readonly Drill[] = [
  {
    title: 'event bus, breakers open: the database is restored, then the breakers are closed',
    env: 'event-bus/production',
    incident: 'dependency-down',
    play: async (cockpit) => {
      await cockpit.sees(/✗ OPEN +event-bus-ser\S+ +database/);
      await cockpit.sees(/READ-ONLY/);
      await arm(cockpit, 'INC-7');

      await chooseRunbook(cockpit, 'restore-database');
      await confirm(cockpit);
      await cockpit.sees(/SENDING IN \ds/);
      await cockpit.sees(/● RECOVERED/);
      await cockpit.keys(esc);
      // The dependency is back; the breakers stay open until they are closed.
      await cockpit.sees(/✗ OPEN +event-bus-ser\S+ +database/);

      await chooseRunbook(cockpit, 'breakers-open');
      await cockpit.sees(/▸ +database/);
      await cockpit.keys(enter);
      await confirm(cockpit);
      for (const step of [/▸ +Name the dependency/, /▸ +Read the error/, /▸ +Fix the cause/])
        await tick(cockpit, step);
      await cockpit.sees(/● RECOVERED/);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
      expect(await cockpit.ledger()).toMatch(/"armed":"INC-7"/);
    },
  },
  {
    title: 'trading, pool exhausted: the long statements are ended',
    env: 'trading/production',
    incident: 'pool-exhaustion',
    play: async (cockpit) => {
      await cockpit.sees(/✗ exhausted +trademaster/);
      await arm(cockpit, 'INC-31');
      await chooseRunbook(cockpit, 'pool-exhausted');
      await cockpit.sees(/Which sessions/);
      await takeAll(cockpit, 6);
      await confirm(cockpit);
      await tick(cockpit, /▸ +Have a ticket/);
      await tick(cockpit, /▸ +Look for a leak/);
      await cockpit.sees(/● RECOVERED/);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
  {
    title: 'saga platform, consumer lag: a third consumer joins',
    env: 'saga/production',
    incident: 'consumer-lag',
    play: async (cockpit) => {
      await cockpit.sees(/saga-orchestrator\S* .*falling behind/);
      await arm(cockpit, 'INC-33');
      await chooseSuggested(cockpit, 'consumer-lag');
      await cockpit.sees(/How many pods/);
      await cockpit.keys('3', enter);
      await confirm(cockpit);
      await cockpit.sees(/SENDING IN \ds/);
      await cockpit.sees(/● RECOVERED/);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
  {
    title: 'event mesh, service crashed: it is restarted on its host',
    env: 'eventmesh/production',
    incident: 'crashed',
    play: async (cockpit) => {
      await cockpit.sees(/✗ failed +eventmesh-api vm-2/);
      await arm(cockpit, 'INC-44');
      await chooseSuggested(cockpit, 'restart');
      await cockpit.sees(/On which host\?/);
      await takeChoice(cockpit, 'vm-2');
      await confirm(cockpit);
      await tick(cockpit, /▸ +Read the panic in the log/);
      await cockpit.sees(/● RECOVERED/);
      expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
    },
  },
];
