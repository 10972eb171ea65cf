import { describe, expect, test } from 'vitest';
import { independentGroups, inLanes } from '../real/runner/lanes.ts';
import { realServers } from '../real/servers/every.ts';

const server = (name: string, ...uses: string[]) => ({ name, uses });
const groupsOf = (...servers: ReturnType<typeof server>[]) =>
  independentGroups(servers, (entry) => entry).map((group) => group.map(({ name }) => name));

describe('real servers that are tested at the same time', () => {
  test('servers without common servers are apart', () => {
    expect(groupsOf(server('postgres'), server('redis'))).toEqual([['postgres'], ['redis']]);
  });

  test('servers that use one another stay together in their order, whichever of them says so, also through a third', () => {
    expect(groupsOf(server('a'), server('b'), server('c', 'a', 'b'), server('d'))).toEqual([
      ['a', 'b', 'c'],
      ['d'],
    ]);
    expect(groupsOf(server('c', 'a', 'b'), server('d'), server('a'), server('b'))).toEqual([
      ['d'],
      ['c', 'a', 'b'],
    ]);
  });

  test('each real server is in exactly one group, with everything that it uses', () => {
    const groups = independentGroups(realServers, (realServer) => realServer);
    expect(groups.flat().toSorted(byName)).toEqual(realServers.toSorted(byName));
    for (const group of groups)
      for (const { uses } of group)
        for (const used of uses) expect(group.map(({ name }) => name)).toContain(used);
  });

  test('a group runs in order, and no more groups than lanes at once', async () => {
    const running = new Set<string>();
    const seen: string[] = [];
    let most = 0;
    await inLanes([['a1', 'a2'], ['b1'], ['c1', 'c2', 'c3']], 2, async (name) => {
      expect([...running].every((other) => other[0] !== name[0])).toBe(true);
      running.add(name);
      most = Math.max(most, running.size);
      await new Promise((resolve) => setImmediate(resolve));
      running.delete(name);
      seen.push(name);
    });
    expect(most).toBe(2);
    expect(seen.toSorted()).toEqual(['a1', 'a2', 'b1', 'c1', 'c2', 'c3']);
    expect(seen.filter((name) => name.startsWith('c'))).toEqual(['c1', 'c2', 'c3']);
  });
});

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;
