import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { acted, proposed, running } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, closeBreaker, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const words = (count: number): readonly string[] => Array.from({ length: count }, (_, nth) => `word${nth}`);
const runbookNotes = words(60).join(' ');
const stepNotes = `Ask in #payments first.\nhttps://wiki.example/${'x'.repeat(120)}\n${words(150).join(' ')}`;

const withNotes = (run: RunView): RunView => ({
  ...run,
  runbook: { ...closeBreaker, notes: `Only \${param.name}: ${runbookNotes}` },
  ...(run.proposal === undefined
    ? {}
    : {
        proposal: {
          ...run.proposal,
          steps: run.proposal.steps.map((step) => (step.id === 'a2' ? { ...step, notes: stepNotes } : step)),
        },
      }),
});

const open = async (run: RunView, size: readonly [number, number]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

/** Every text that the card shows, from its first to its last scroll position. */
const scrolled = async (user: User): Promise<string> => {
  const seen: string[] = [];
  for (let shown = '', step = 0; step < 60; step++) {
    const card = cardOf(user);
    // The last scroll position.
    if (card.join('\n') === shown) break;
    shown = card.join('\n');
    seen.push(...card);
    await user.press('down');
  }
  return seen.join(' ');
};

const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

longTest.each(sampled(sizes, everyNth(3)))(
  '%i×%i: the preview shortens long notes and says how many lines tab shows',
  async (...size) => {
    const user = await open(withNotes(proposed()), size);
    const short = cardOf(user).join('\n');
    expect(short).toMatch(/\nOnly psp: word0 word1/);
    expect(short).toMatch(/\d+ more(?: lines of notes)? · tab/);
    await user.press('tab');
    const all = await scrolled(user);
    for (const word of words(60)) expect(all).toContain(word);
    for (const word of words(150)) expect(all).toContain(word);
    expect(all).toContain('Notify the dependency owner: Ask in #payments first.');
  },
);

const waiting = (): RunView =>
  withNotes(
    running({
      awaitingStep: { id: 'a2', title: 'Notify the dependency owner' },
      events: acted.filter(({ event }) => event !== 'ticked'),
    }),
  );

longTest.each(sampled(sizes, everyNth(3)))(
  '%i×%i: a manual step shows all of its notes inside the box, by scrolling',
  async (...size) => {
    const user = await open(waiting(), size);
    // The right side of the box stays whole in each row: nothing runs over it.
    const edges = user.rows().filter((row) => /║ .*║/.test(row));
    expect(new Set(edges.map((row) => row.lastIndexOf('║'))).size).toBe(1);
    const all = await scrolled(user);
    for (const word of words(150)) expect(all).toContain(word);
    expect(all).toContain('Ask in #payments first.');
    // A word longer than the line is broken, not cut.
    expect((all.match(/x{10,}/g) ?? []).join('').length).toBeGreaterThanOrEqual(120);
    expect(all).toMatch(/enter +done; verification follows/);
  },
);

test('a short note fits, and is not shown once the step is ticked', async () => {
  const note = (run: RunView): RunView => ({
    ...run,
    ...(run.proposal === undefined
      ? {}
      : {
          proposal: {
            ...run.proposal,
            steps: run.proposal.steps.map((step) => ({ ...step, notes: 'Call, do not write.' })),
          },
        }),
  });
  const user = await open(note(waiting()), [80, 24]);
  expect(cardOf(user).map((line) => line.trim())).toContain('Call, do not write.');
  const ticked = await open(note(running()), [80, 24]);
  expect(ticked.rows().join()).not.toContain('Call, do not write.');
});
