import { expect, test } from 'vitest';
import { never } from '../open-source.ts';
import { openFixture } from './fixture.ts';

test.each([0, 700])(
  'doctor knows the number of requests of a poll with %d further groups',
  async (further) => {
    const questions: string[] = [];
    await using fixture = await openFixture({
      interfere: ({ name }) => {
        questions.push(name);
        return false;
      },
    });
    const messaging = fixture.messaging();
    const [topic] = messaging.topics.values();
    if (topic === undefined) throw new Error('this system has no topic');
    for (let nth = 0; nth < further; nth += 1) messaging.commit(`further-${nth}`, topic, 0, 1n);
    await fixture.source.doctor?.(never);
    questions.length = 0;
    const { faults } = await fixture.read('lag');
    expect(faults).toEqual([]);
    const declared = fixture.source.feeds.find(({ name }) => name === 'lag')?.requests ?? 0;
    // A broker without groups, or without lag, is asked less.
    const brokers = fixture.brokers.length;
    expect(questions.length).toBeLessThanOrEqual(declared);
    expect(questions.length).toBeGreaterThanOrEqual(declared - 3 * brokers);
  },
);
