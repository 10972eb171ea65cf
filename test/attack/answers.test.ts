import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type FrontWire, openFronted } from '../../src/testing/source-contract.ts';
import type { Facts, Wire } from '../../src/testing/source-rig.ts';
import type { KafkaFailureMode } from '../contract/kafka-front.ts';
import { terminalControl } from '../contract/promises.ts';
import { fileStage } from '../contract/rigs/file.ts';
import { kafkaStage } from '../contract/rigs/kafka.ts';
import { postgresStage } from '../contract/rigs/postgres.ts';
import { rigs } from '../contract/rigs.ts';
import type { SqlFailureMode } from '../contract/sql-front.ts';
import { jsonText, type OpenedRig, openWired } from '../contract/wired.ts';
import { family } from './support/attack.ts';
import { type AnswerChange, answerChanges, changedBytes, changedText } from './support/hostile-answers.ts';

type Opened = OpenedRig<Pick<Wire<never>, 'asked'>>;

/** Reads a feed under its deadline: a truncated response is awaited until then, and no longer. */
const read = async ({ clock }: Opened, feed: Opened['feeds'][number]): Promise<Facts> => {
  const { signal, clear } = clock.deadline(feed.timeoutMs);
  let facts: Facts | undefined;
  const pending = feed.read(signal).then((reading) => {
    facts = reading;
  });
  const turn = (ms: number): Promise<unknown> => Promise.race([pending, sleep(ms)]);
  await turn(250);
  for (let turns = 0; facts === undefined && turns < 50; turns++) {
    await clock.advance(feed.timeoutMs);
    await turn(20);
  }
  clear();
  if (facts === undefined) throw new Error(`${feed.id} is still reading after its deadline`);
  return facts;
};

/** Reads all feeds of a source. */
type ReadAll = (opened: Opened, responses: readonly string[]) => Promise<readonly Facts[]>;

const byFeeds: ReadAll = async (opened) => {
  const all: Facts[] = [];
  for (const feed of opened.feeds) all.push(await read(opened, feed));
  return all;
};

/** Reads all feeds, and adds the unchanged responses of the server to the facts. */
const withRawResponses: ReadAll = async (opened, responses) => {
  const all = await byFeeds(opened, responses);
  const items = responses.map((text) => ({ source: 'x', title: 'response', text: JSON.parse(text) }));
  return [...all, { items, faults: [] } as unknown as Facts];
};

const expectFacts = (all: readonly Facts[]): number => {
  for (const facts of all) {
    expect(jsonText(facts)).not.toMatch(terminalControl);
    for (const { kind, message } of facts.faults) {
      expect(kind).toMatch(/^[a-z-]+$/);
      expect(message).not.toMatch(/\n\s+at |\bTypeError\b|\bRangeError\b|is not a function|of undefined/);
    }
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  return all.length;
};

const changedAll = <T>(
  changes: readonly AnswerChange[],
  from: T,
  by: (value: T, change: AnswerChange) => T,
): T => changes.reduce(by, from);

family('hostile responses', ({ attack }) => {
  attack('HTTP: for arbitrary responses, all feeds return facts or typed faults, sanitized and in time', {
    rounds: 12,
    inputs: fc.tuple(fc.constantFrom(...rigs), answerChanges),
    defense: byFeeds,
    sabotaged: withRawResponses,
    holds: async ([rig, changes], readAll) => {
      await using opened: OpenedRig<FrontWire> = await openWired(openFronted(rig));
      const responses: string[] = [];
      opened.wire.treat(async (response, _, pass) => {
        const { status, headers, body } = await pass();
        const changed = changedAll(changes, body, changedText);
        responses.push(changed);
        response.writeHead(status, headers).end(changed);
      });
      return expectFacts(await readAll(opened, responses));
    },
    cpuLimitMs: 240_000,
  });

  attack('Kafka: changed, missing or inserted bytes of a broker', {
    rounds: 4,
    inputs: answerChanges,
    defense: byFeeds,
    sabotaged: withRawResponses,
    holds: async (changes, readAll) => {
      await using opened = await openWired(kafkaStage);
      const responses: string[] = [];
      const failure: KafkaFailureMode = {
        name: 'changed',
        fault: 'malformed',
        row: 'down',
        handle: async ({ socket, answer }) => {
          const changed = changedAll(changes, await answer(), changedBytes);
          responses.push(changed.toString('latin1'));
          socket.write(changed);
        },
      };
      await opened.wire.set(failure);
      return expectFacts(await readAll(opened, responses));
    },
    cpuLimitMs: 240_000,
  });

  attack('PostgreSQL: changed, missing or inserted bytes of a server', {
    rounds: 3,
    inputs: answerChanges,
    defense: byFeeds,
    sabotaged: withRawResponses,
    holds: async (changes, readAll) => {
      await using opened = await openWired(postgresStage);
      const responses: string[] = [];
      const failure: SqlFailureMode = {
        name: 'changed',
        fault: 'malformed',
        row: 'down',
        way: (chunk) => {
          const changed = changedAll(changes, chunk, changedBytes);
          responses.push(changed.toString('latin1'));
          return changed;
        },
      };
      await opened.wire.set(failure);
      return expectFacts(await readAll(opened, responses));
    },
    cpuLimitMs: 240_000,
  });

  attack('files: changed, missing or inserted contents', {
    rounds: 40,
    inputs: answerChanges,
    defense: byFeeds,
    sabotaged: withRawResponses,
    holds: async (changes, readAll) => {
      await using opened = await openWired(fileStage);
      const responses: string[] = [];
      for (const name of await readdir(opened.wire.url)) {
        const path = join(opened.wire.url, name);
        const changed = changedAll(changes, await readFile(path, 'utf8'), changedText);
        responses.push(changed);
        await writeFile(path, changed);
      }
      return expectFacts(await readAll(opened, responses));
    },
    cpuLimitMs: 240_000,
  });
});
