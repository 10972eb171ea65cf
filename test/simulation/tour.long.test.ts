import { expect, test } from 'vitest';
import { arm, chooseRunbook, confirm, enter, esc } from '../support/cockpit-verbs.ts';
import { openCockpit } from './cockpit.ts';

test('the tour leads through a drill to a recovered run, by the keys that it asks for', async () => {
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  const step = (title: string): Promise<void> => cockpit.sees(new RegExp(`TOUR {2}${title}`));
  await cockpit.sees(/OPEN/);
  await cockpit.keys(':', ...'tour', enter);
  await step('The header');
  await cockpit.keys(enter);
  await step('Problems');
  await cockpit.keys('W');
  await step('Panes');
  await cockpit.keys('1');
  await step('Open a row');
  await cockpit.keys(enter);
  await step('Threshold matrix');
  await cockpit.keys('2');
  await step('A chart');
  await cockpit.keys(enter);
  await step('Logs');
  await cockpit.keys('8');
  await step('The suggested runbook');
  await chooseRunbook(cockpit, 'restore-broker');
  // The list of runbooks kept its keys: enter has opened the preview.
  await step('Arming');
  await arm(cockpit, 'tour');
  await step('Confirming');
  await confirm(cockpit);
  await step('Verification');
  await cockpit.sees(/● RECOVERED/);
  await step('Changes');
  await cockpit.keys(esc, 'J');
  await step('Help');
  await cockpit.keys('?');
  await step('The end of the tour');
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});
