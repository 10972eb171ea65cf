import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { fault, feedInfo, frame, learn } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

test('the failed reads of a dead source are one row; each missing permission is one of its own', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  for (const path of ['pods', 'nodes', 'events'])
    learn(store, feedInfo(`k8s/${path}`, 'workloads', { source: 'k8s' }), {
      faults: [fault('unreachable', `GET http://k8s/${path}: connection refused`, 'k8s')],
    });
  for (const what of ['jobs', 'secrets'])
    learn(store, feedInfo(`kube/${what}`, 'workloads', { source: 'kube' }), {
      faults: [fault('denied', `list ${what} is forbidden`, 'kube')],
    });
  const user = await openCockpit({ size: [160, 36], scene: { facts: store, cockpit: shopCockpit } });
  await user.press('W');
  const rows = user.rows().filter((row) => /^ [⊗⊘] /.test(row));
  expect(rows.filter((row) => row.includes(' k8s '))).toEqual([
    expect.stringMatching(/connection refused.* · 2 other reads too/),
  ]);
  expect(rows.filter((row) => row.includes(' kube '))).toHaveLength(2);
});
