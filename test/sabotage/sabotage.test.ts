import { test } from 'vitest';
import { eventBusIncidents } from '../coverage/cases/event-bus-incidents.ts';
import { eventBusProcedures } from '../coverage/cases/event-bus-procedures.ts';
import { sagaIncidents } from '../coverage/cases/saga-incidents.ts';
import { sagaProcedures } from '../coverage/cases/saga-procedures.ts';
import { actsOf, sabotaged } from './saboteur.ts';

const all = [...eventBusIncidents, ...eventBusProcedures, ...sagaIncidents, ...sagaProcedures];

test.each(all)('$runbook of $env, $incident', { timeout: 120_000 }, async (exercise) => {
  const { steps, ending } = await actsOf(exercise);
  if (ending !== 'recovered') return;
  for (const step of steps)
    for (const sabotage of ['nothing', 'half', 'undone'] as const) {
      if (sabotage === 'undone' && exercise.incident === undefined) continue;
      const outcome = await sabotaged(exercise, step, sabotage);
      const counts = sabotage === 'undone' || outcome.diverted > 0;
      process.stderr.write(
        `SABOTAGE ${outcome.runbook} ${outcome.env} ${step} ${sabotage} ${counts ? outcome.ending : 'NOTHING-DIVERTED'} ${outcome.diverted} ${outcome.ending === 'recovered' ? outcome.why.slice(0, 160) : ''}\n`,
      );
    }
});
