import { describe, expect, test } from 'vitest';
import { environmentLines } from '../../../src/sources/actuator/environment.ts';
import { threadLines } from '../../../src/sources/actuator/threads.ts';

const frame = (className: string, methodName: string, lineNumber: number) => ({
  className,
  methodName,
  fileName: `${className.split('.').at(-1)}.java`,
  lineNumber,
});
const settle = [frame('java.lang.Object', 'wait', -2), frame('com.acme.Billing', 'settle', 88)];
const thread = (threadId: number, threadName: string, threadState: string, more: object = {}) => ({
  threadId,
  threadName,
  threadState,
  lockOwnerId: -1,
  lockName: null,
  stackTrace: settle,
  ...more,
});
const held = (lockName: string, lockOwnerId: number) => ({ lockName, lockOwnerId });

describe('thread dump', () => {
  test('a deadlock comes first, each circle once, with who holds what', () => {
    const lines = threadLines({
      threads: [
        thread(1, 'main', 'RUNNABLE'),
        thread(2, 'a', 'BLOCKED', held('L@2', 3)),
        thread(3, 'b', 'BLOCKED', held('L@1', 2)),
        thread(4, 'c', 'BLOCKED', held('L@1', 2)),
      ],
    });
    expect(lines[0]).toEqual({ title: 'threads', text: '4: 3 BLOCKED, 1 RUNNABLE' });
    expect(lines.filter(({ title }) => title === 'DEADLOCK')).toEqual([
      {
        title: 'DEADLOCK',
        text:
          'a at com.acme.Billing.settle(Billing.java:88) waits for L@2, held by b · ' +
          'b at com.acme.Billing.settle(Billing.java:88) waits for L@1, held by a',
      },
    ]);
  });

  test('a chain that ends at a running thread is no deadlock; blocked threads are grouped by lock, with its holder', () => {
    const lines = threadLines({
      threads: [
        thread(1, 'holder', 'RUNNABLE'),
        thread(2, 'a', 'BLOCKED', held('L@2', 1)),
        thread(3, 'b', 'BLOCKED', held('L@2', 1)),
        thread(4, 'c', 'BLOCKED', held('L@9', 2)),
      ],
    });
    expect(lines.map(({ title }) => title)).toEqual(['threads', '2 BLOCKED', '1 BLOCKED', '1 RUNNABLE']);
    expect(lines[1]?.text).toBe(
      'waiting for L@2, held by holder at com.acme.Billing.settle(Billing.java:88): a, b at com.acme.Billing.settle(Billing.java:88)',
    );
  });

  test('other threads are grouped by state and place, largest group first; a cut is announced', () => {
    const idle = Array.from({ length: 6 }, (_, index) => thread(index, `exec-${index}`, 'WAITING'));
    const each = Array.from({ length: 40 }, (_, index) =>
      thread(100 + index, `job-${index}`, 'RUNNABLE', {
        stackTrace: [frame(`com.acme.Job${index}`, 'run', 1)],
      }),
    );
    const lines = threadLines({ threads: [...each, ...idle] });
    expect(lines[1]).toEqual({
      title: '6 WAITING',
      text: 'at com.acme.Billing.settle(Billing.java:88): exec-0, exec-1, exec-2, exec-3 and 2 more',
    });
    expect(lines.at(-1)).toEqual({
      title: 'more',
      text: '11 more groups of threads are not shown. jstack or /actuator/threaddump shows all of them',
    });
  });

  test('an empty list has no threads; a body without the list is malformed', () => {
    expect(threadLines({ threads: [] })).toEqual([{ title: 'threads', text: '0: ' }]);
    expect(() => threadLines({})).toThrow(
      'the response has no list threads: check the address and the version of the server',
    );
  });
});

describe('properties', () => {
  const body = {
    activeProfiles: ['prod'],
    propertySources: [
      {
        name: 'systemEnvironment',
        properties: { PATH: { value: '/bin' }, 'shop.url': { value: 'jdbc:postgresql://u:hunter2@db/shop' } },
      },
      {
        name: 'application.yml',
        properties: {
          'shop.url': { value: 'x' },
          'shop.password': { value: 'hunter2' },
          'shop.size': { value: 5 },
        },
      },
    ],
  };

  test('the first source that has a property gives its value. The machine shows only what it replaces; secrets are hidden', () => {
    const lines = environmentLines(body);
    expect(lines.map(({ title }) => title)).toEqual([
      'active profiles',
      'shop.password',
      'shop.size',
      'shop.url',
    ]);
    expect(lines[1]?.text).toBe('…  (application.yml)');
    expect(lines[2]?.text).toBe('5  (application.yml)');
    expect(lines[3]?.text).toMatch(/^jdbc:postgresql:.*\(systemEnvironment\)$/);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});
