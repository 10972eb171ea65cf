import { openCockpit } from '../simulation/cockpit.ts';
import { incidentDrill } from './incident-drill.ts';
import { onePerSystem } from './one-per-system.ts';

// The others are played by the drills of their systems; test/e2e/drills.test.ts plays all of them in a real terminal.
incidentDrill(
  'S0-I3',
  'recovers',
  'circuit breakers open: their dependency is restarted, then they are reset',
  async () => {
    const drill = onePerSystem.find(({ incident }) => incident === 'dependency-down');
    if (drill === undefined) throw new Error('no drill of dependency-down');
    await using cockpit = await openCockpit(drill.env, drill.incident);
    await drill.play(cockpit);
  },
);
