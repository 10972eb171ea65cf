import { test } from 'vitest';
import { answerRun } from './default-operator.ts';
import { openHeadless } from './measure.ts';
const [env='', incident='', ...books] = (process.env.ZZ ?? '').split(' ');
test('x', { timeout: 500000 }, async () => {
  await using o = await openHeadless(env, incident);
  const operated = { state: o.cockpit.getState, commands: o.commands, wait: o.simulation.wait };
  await o.simulation.wait(30000);
  const show = (t: string) => console.log(t, o.cockpit.getState().suggestions.filter((s) => s.fits === 'yes').map((s) => `${s.runbook.id}[${s.hindrance ?? ''} ${s.reason ?? ''}|${s.why}]`).join('\n   '));
  show('START');
  for (const b of books) {
    const r = await answerRun(operated, b);
    console.log('RUN', JSON.stringify(r));
    const run = o.cockpit.getState().run;
    console.log(JSON.stringify(run?.params));
    for (const e of run?.events ?? []) { const t = JSON.stringify(e); if (/ended|verified|checked|incident/.test(e.event)) console.log('  ', t.slice(0, 900)); }
    await o.simulation.wait(20000); show('AFTER');
  }
  for (const s of o.simulation.simulators) console.log(JSON.stringify((s as any).incident));
});
