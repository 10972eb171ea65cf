import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { fault } from '../support/made-facts.ts';
import { proposed } from './support/runs.ts';
import { cardOf, placeOf, rowOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [80, 24]): Promise<User> =>
  openCockpit({ size, scene: shop() });

longTest('ctrl-p finds entries by some of their letters, and opens a runbook while unarmed', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('clo brea');
  expect(cardOf(user)[0]).toMatch(/^Command palette +1 of \d+$/);
  expect(cardOf(user)[1]).toMatch(/^› clo brea_ +runbooks, panes, rows, settings$/);
  expect(cardOf(user)[2]).toMatch(/^▸● Close a circuit breaker · close-breaker +DISRUPTIVE +R$/);
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
});

longTest('unavailable items stay in the list with the reason', async () => {
  const scene = shop();
  const problem = fault('unconfigured', 'k8s is not configured', 'k8s');
  const suggestions = (scene.cockpit?.suggestions ?? []).map((suggestion) => ({
    ...suggestion,
    runbook: { ...suggestion.runbook, problem },
  }));
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
  });
  await user.press('ctrl-p');
  await user.type('restart');
  const [title, field, head, selected, ...rest] = cardOf(user);
  expect(title).toMatch(/^Command palette +\d of \d+$/);
  expect(field).toMatch(/^› restart_ +runbooks, panes, rows, settings$/);
  expect(head).toBe('Runbooks');
  expect(selected).toMatch(/^▸\? Restart billing · restart-billing +⊘ DISRUPTIVE$/);
  expect(rest.slice(-3)).toEqual([
    '? cannot tell: no source provides workloads',
    '⊘ unavailable: k8s is not configured',
    expect.stringMatching(/^enter preview +tab show calls {3}: exact command {3}esc close$/),
  ]);
  await user.press('enter');
  expect(user.rowWith('k8s is not configured')).toBeTruthy();
  await user.press('esc R j enter');
  expect(user.rowWith('restart-billing: k8s is not configured')).toBeTruthy();
  expect(user.given).toEqual([]);
});

longTest('tab shows the calls of a runbook', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('restart');
  await user.press('tab');
  expect(user.rowWith('calls ')).toContain('k8s.restart name=billing');
});

longTest('a colon takes exact commands', async () => {
  const user = await open();
  await user.press(':');
  await user.type('breakers');
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Circuit breakers/);
  await user.press(':');
  await user.type('env shop/dev');
  await user.press('enter :');
  await user.type('arm psp outage');
  await user.press('enter');
  expect(user.given).toEqual([
    ['openEnvironment', 'shop/dev'],
    ['arm', 'psp outage'],
  ]);
});

test('share mode is found by name and as a command, which ends it only after a question', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('share');
  expect(user.rowWith('▸')).toMatch(/share mode: show aliases instead of names and addresses +s/);
  await user.press('enter');
  expect(user.rows()[0]).toContain('SHARED');
  await user.press(':');
  await user.type('share');
  await user.press('enter');
  expect(user.rowWith('STOP SHARING')).toContain('viewers of this screen will see real names');
  // A question accepts its answer only after a delay.
  await user.wait('1500ms');
  await user.press('enter');
  expect(user.rows()[0]).not.toContain('SHARED');
});

longTest('a row is found by its name and opened', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('checkout-2');
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Circuit breakers/);
  expect(user.rowWith('checkout-2 · billing')).toBeTruthy();
});

longTest('matching runbooks come first with the reason, before recent items', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('pools');
  await user.press('enter ctrl-p');
  const card = cardOf(user);
  expect(card.slice(2, 8)).toEqual([
    'Suggested now',
    expect.stringMatching(/^▸● Close a circuit breaker · close-breaker +DISRUPTIVE +R$/),
    'Recent',
    expect.stringMatching(/^ {3}pane Connection pools +5$/),
    'Panes',
    expect.stringMatching(/^ {3}overview +0$/),
  ]);
  expect(card.slice(-2)).toEqual([
    '⊘ read-only: opens a preview. Press A there to arm',
    expect.stringMatching(/^enter preview +tab show calls {3}: exact command {3}esc close$/),
  ]);
  expect(user.rowWith('▸')).toContain('close-breaker');
  expect(user.rowWith('● matches: breakers billing-0 · psp is open')).toBeTruthy();
  await user.press('down');
  expect(user.rowWith('▸')).toContain('pane Connection pools');
  expect(user.rows().join('\n')).not.toContain('matches:');
});

longTest('runbooks with an unknown match are not at the top and are marked as such', async () => {
  const user = await open();
  await user.press('ctrl-p');
  const first = user.rowWith('▸');
  await user.type('billing');
  expect(first).not.toContain('restart-billing');
  expect(user.rowWith('· restart-billing')).toMatch(/[║│] [ ▸]\? Restart billing/);
  await user.press('esc ctrl-p');
  await user.type('restart');
  expect(user.rowWith('? cannot tell: no source provides workloads')).toBeTruthy();
});

test('without matching runbooks, recent items come first', async () => {
  const scene = shop();
  const suggestions = (scene.cockpit?.suggestions ?? []).map((suggestion) => ({
    ...suggestion,
    fits: 'no' as const,
  }));
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
  });
  await user.press('ctrl-p');
  await user.type('pools');
  await user.press('enter ctrl-p');
  expect(user.rowWith('▸')).toContain('pane Connection pools');
});

test('pasted text is text here', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.paste('pane mat\nrm -rf /');
  expect(user.rowWith('› pane')).toContain('pane mat_');
});

longTest('q, j and ? are letters in the palette', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await user.type('qj?');
  expect(user.rowWith('› qj?_')).toBeTruthy();
  expect(user.rowWith('∅ no matches')).toBeTruthy();
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('Command palette');
});

test('help lists every active key, with the reason if one is unavailable', async () => {
  const user = await open();
  await user.press('3 ?');
  expect(cardOf(user)[0]).toMatch(/^HELP {2}Circuit breakers/);
  // The explanations of the row and of the pane come first.
  await user.press('ctrl-d ctrl-d');
  const keys = cardOf(user).map((line) => line.slice(0, 18).trim());
  expect(keys).toEqual(expect.arrayContaining(['b', 'C', 'O', 'Everywhere', 'enter']));
  expect(rowOf(cardOf(user), 'force breaker open')).toMatch(/⊘ no runbook opens a breaker$/);
  await user.press('/');
  await user.type('close');
  expect(cardOf(user)).toEqual([
    'HELP  Circuit breakers  /close_               / filter · esc close',
    'C                  force breaker closed',
    'Everywhere',
    'enter              open or close the row',
  ]);
  await user.press('esc esc');
  expect(user.rows().join('\n')).not.toContain('HELP');
});

longTest('help that is longer than the screen can be scrolled', async () => {
  const user = await open();
  await user.press('? j j');
  expect(user.rowWith('HELP')).toMatch(/3 to \d+ of \d+/);
});

longTest('palette items see the screen below the palette', async () => {
  const user = await open();
  await user.press('3 ctrl-p');
  await user.type('help');
  await user.press('enter');
  expect(user.rowWith('HELP')).toContain('HELP  Circuit breakers');
  await user.press('esc');
  expect(user.rows().join('\n')).not.toMatch(/HELP|Command palette/);
});

test.each([
  ['R', 'Runbooks'],
  ['e', 'ENVIRONMENTS'],
])('help on the list opened by %s describes the list and returns to it', async (key, title) => {
  const user = await open([80, 30]);
  await user.press(`${key} j ?`);
  const card = cardOf(user);
  expect(card[0]).toMatch(new RegExp(`^${title} `));
  const help = card.slice(card.findIndex((line) => line.startsWith(`HELP  ${title}`)));
  expect(help[0]).toMatch(/\/ filter · esc close$/);
  const keys = help.slice(1).map((line) => line.slice(0, 19).trim());
  expect(keys).toEqual(
    expect.arrayContaining(['enter', 'esc', 'j, down', 'k, up', '?', 'Everywhere', 'ctrl-c']),
  );
  expect(rowOf(help, 'ctrl-z')).toMatch(/suspend opsdeck until fg resumes it$/);
  // Without room beside the key, the reason is below it.
  expect(help[help.findIndex((line) => line.startsWith('ctrl-z')) + 1]).toMatch(
    /^ {19}⊘ opsdeck has no shell to resume from$/,
  );
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('HELP');
  expect(user.rowWith(title)).toBeTruthy();
});

longTest('help on a card describes the card and returns to it', async () => {
  const scene = shop();
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, run: proposed() } },
  });
  const under = cardOf(user);
  await user.press('?');
  const card = cardOf(user);
  const help = card.findIndex((line) => line.startsWith('HELP  this card'));
  expect(card.slice(0, help)).toEqual(under.slice(0, help));
  expect(rowOf(card, 'HELP  this card')).toMatch(/\/ filter · esc close$/);
  const enter = card.findIndex((line) => line.startsWith('enter        confirm the run'));
  expect(card[enter + 1]).toMatch(/^ +⊘ read-only: press A to arm/);
  expect(card.join('\n')).toMatch(/j, down +scroll down .*\n +⊘ the whole text is already visible/);
  await user.press('q');
  expect(user.rows().join('\n')).not.toContain('HELP');
  expect(user.rowWith('esc cancel')).toContain('A arm');
});

longTest('help does not scroll past its end', async () => {
  const user = await open();
  await user.press(`? ${'ctrl-d '.repeat(16).trim()}`);
  const end = /(\d+) to (\d+) of (\d+)/.exec(user.rowWith('HELP'));
  expect(end?.[2]).toBe(end?.[3]);
  await user.press('k');
  expect(user.rowWith('HELP')).toContain(`${Number(end?.[1]) - 1} to ${Number(end?.[2]) - 1}`);
});

/** The last runbook of the list starts to match and the first one stops: they swap places. */
const changePlaces = (user: User): Promise<void> =>
  user.happens(() =>
    user.cockpit.setState(({ suggestions }) => ({
      suggestions: suggestions.map((suggestion) => ({
        ...suggestion,
        fits: suggestion.runbook.id === 'restart-billing' ? 'yes' : 'no',
      })),
    })),
  );

longTest.each([
  ['as it was opened', 'R'],
  ['after it was moved', 'R j'],
])('a reordered list of runbooks keeps the selected one, %s', async (_, keys) => {
  const user = await open();
  await user.press(keys);
  const chosen = /▸ . (\S+)/.exec(user.rowWith('▸'))?.[1];
  await changePlaces(user);
  expect(user.rowWith('▸')).toContain(chosen);
  await user.press('enter');
  expect(user.given).toEqual([['propose', chosen, {}]]);
});

longTest('enter in the palette runs the selected item, also after reordering', async () => {
  const user = await open();
  await user.press(':');
  await user.type('run ');
  await user.press('down');
  expect(user.rowWith('▸')).toContain('run restart-billing');
  await changePlaces(user);
  expect(user.rowWith('▸')).toContain('run restart-billing');
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'restart-billing', {}]]);
});

test('enter never runs the successor of a removed item', async () => {
  const user = await open();
  await user.press('R j');
  const gone = /▸ . (\S+)/.exec(user.rowWith('▸'))?.[1];
  await user.happens(() =>
    user.cockpit.setState(({ suggestions }) => ({
      suggestions: suggestions.filter(({ runbook }) => runbook.id !== gone),
    })),
  );
  await user.press('enter');
  expect(user.rowWith(`${gone} is no longer in the list`)).toBeTruthy();
  expect(user.given).toEqual([]);
});
