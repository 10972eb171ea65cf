import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { AttackResult } from './result.ts';

/** Fixed for `npm test`, so that its result depends only on the code; `npm run attack` uses a new seed every day. */
export const seed = Number(process.env.OPSDECK_ATTACK_SEED ?? 20_260_304);

/** Multiplier for the rounds of an attack: 1 with `npm run attack -- --rounds 1`; `npm test` tries a tenth of them. */
export const factor = Number(process.env.OPSDECK_ATTACK_ROUNDS ?? 0.1);

/** One promise under attack. `D`: the defense, the part of the product that keeps it. */
interface Attack<T, D> {
  /** Inputs to try with `--rounds 1`; `--rounds N` tries N times as many, `npm test` a tenth. */
  readonly rounds: number;
  readonly inputs: fc.Arbitrary<T>;
  /** Inputs that every run tries first. */
  readonly corpus?: readonly T[];
  readonly defense: D;
  /** The defense disabled, or replaced by the obvious mistake: the attack must report it as broken. */
  readonly sabotaged: D;
  /** Pattern of the report for the sabotaged defense, if a different error could be mistaken for it. */
  readonly notices?: RegExp;
  /** Throws when the promise is broken. May return, or resolve to, the number of single tries. */
  holds(input: T, defense: D): unknown;
  /** Processor time in ms of one round for each of `rounds`; more rounds may take as many times as long. Default: a minute. */
  readonly cpuLimitMs?: number;
  /** Time in ms that it may wait for processes that it started. Default: a minute. */
  readonly idleLimitMs?: number;
}

interface Family {
  /** Registers two tests: the promise holds, and the attack detects a sabotaged defense. */
  attack<T, D>(title: string, attack: Attack<T, D>): void;
}

interface Outcome {
  readonly tried: number;
  readonly problem?: string;
}

const outcomeOf = async <T, D>(attack: Attack<T, D>, defense: D, isSabotage: boolean): Promise<Outcome> => {
  const { inputs, corpus = [], rounds, holds } = attack;
  let tried = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    const count = await holds(input, defense);
    tried += typeof count === 'number' ? count : 1;
  });
  const outcome = await fc.check(property, {
    seed,
    numRuns: corpus.length + Math.ceil(rounds * (isSabotage ? 1 : factor)),
    examples: corpus.map((input) => [input] as [T]),
    ...(isSabotage ? { endOnFailure: true } : {}),
  });
  if (!outcome.failed) return { tried };
  const smallest = fc.stringify(outcome.counterexample?.[0]);
  return { tried, problem: `seed ${seed}, smallest input ${smallest}\n${String(outcome.errorInstance)}` };
};

const write = (result: AttackResult): void => {
  const path = process.env.OPSDECK_ATTACK_RESULTS;
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(result)}\n`);
};

/** Defines attacks of one kind, counted together. */
export const family = (name: string, register: (attacks: Family) => void): void => {
  const all: AttackResult[] = [];
  const record = (result: AttackResult): void => {
    all.push(result);
    write(result);
  };
  describe(name, () => {
    register({
      attack: (title, attack) => {
        const meta = {
          cpuLimitMs: (attack.cpuLimitMs ?? 60_000) * Math.max(1, factor),
          ...(attack.idleLimitMs === undefined ? {} : { idleLimitMs: attack.idleLimitMs }),
        };
        test(title, { meta }, async ({ onTestFinished }) => {
          let isOver = false;
          onTestFinished(() => {
            isOver = true;
          });
          const { tried, problem } = await outcomeOf(attack, attack.defense, false);
          // Ended by its limit, which the runner reports: what it used was closed beneath it, and it says nothing about the promise.
          if (isOver) return;
          const broken = problem === undefined ? 0 : 1;
          record({
            ...{ family: name, title, seed, tried, broken },
            ...(problem === undefined ? {} : { problem }),
          });
          if (problem !== undefined) throw new Error(`${name}: ${title}: ${problem}`);
        });
        test(`noticed when sabotaged: ${title}`, { meta }, async () => {
          const { problem } = await outcomeOf(attack, attack.sabotaged, true);
          expect(problem).toMatch(/^seed \d+, smallest input /);
          expect(problem).toMatch(attack.notices ?? /./);
        });
      },
    });
    afterAll(() => {
      const sum = (of: 'tried' | 'broken') =>
        all.reduce((total, attackResult) => total + attackResult[of], 0);
      console.info(
        `attack ${name}: seed ${seed}, ${sum('tried')} tried, ${sum('tried') - sum('broken')} held, ${sum('broken')} broken`,
      );
    });
  });
};
