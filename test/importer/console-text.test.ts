import { describe, expect, test } from 'vitest';
import { commandsOf } from '../../src/importer/commands.ts';
import type { CodeBlock } from '../../src/importer/document.ts';

const block = (text: string): CodeBlock => ({
  ...{ is: 'code', lang: 'sh', text, firstLine: 1 },
  ...{ line: 0, part: '', spans: [], links: [] },
});

/** Commands with their danger, and the other lines, of a block tagged as shell. */
const read = (text: string) => {
  const { commands, others } = commandsOf(block(text));
  return {
    commands: commands.map((found) => `${found.class.danger} ${found.raw}`),
    others: others.map((other) => `${other.line} ${other.text}`),
  };
};

describe('placeholders', () => {
  test.each([
    ['kubectl -n <namespace> get pvc <pvc>', 'read'],
    ['oc describe node <node name>', 'read'],
    ['oc logs <pod> -n <namespace>', 'read'],
    ['kubectl get sc `kubectl -n <ns> get pvc <pvc> -ojson | jq -r .spec.storageClassName`', 'read'],
    // A placeholder says nothing of what it stands for.
    ['kubectl <verb> pod <pod>', 'destructive'],
    ['<command> --all', 'destructive'],
    ['ssh <host> <command>', 'destructive'],
    ['kubectl exec <pod> -- <command>', 'destructive'],
    ['psql -c "<statement>"', 'destructive'],
    ['curl -X <METHOD> http://api/<id>', 'destructive'],
    // These are redirections.
    ['cat <in>out', 'destructive'],
    ['kubectl get pod <pod> > out.txt', 'disruptive'],
  ])('%s is %s', (command, danger) => {
    const { commands } = read(command);
    expect(commands).toHaveLength(1);
    expect(commands[0]?.endsWith(` ${command}`)).toBe(true);
    if (danger === 'read') expect(commands[0]).toMatch(/^read /);
    else expect(commands[0]).not.toMatch(/^(?:read|safe) /);
  });
});

describe('a console', () => {
  test('what was typed at its prompt is a command, and output is none', () => {
    expect(read('> LATENCY DOCTOR\nI have a few advices for you:\n\n- Please\n  check it.')).toEqual({
      commands: ['read redis-cli LATENCY DOCTOR'],
      others: ['2 I have a few advices for you:', '4 - Please', '5 check it.'],
    });
    expect(read('127.0.0.1:6379> FLUSHALL\nOK')).toEqual({
      commands: ['destructive redis-cli FLUSHALL'],
      others: ['2 OK'],
    });
  });

  test.each([
    'kubectl debug node/n1 -it --image=busybox',
    'oc debug node/n1',
    'kubectl exec -it shop-1 -- bash',
    'docker exec -it shop-1 /bin/sh',
  ])('what is typed inside of %s is no step of its own', (opener) => {
    const { commands, others } = read(`kubectl get nodes\n${opener}\nchroot /host\nrm -rf /var/cache\nexit`);
    expect(commands.map((command) => command.replace(/^\w+ /, ''))).toEqual(['kubectl get nodes', opener]);
    expect(others).toEqual(['3 chroot /host', '4 rm -rf /var/cache', '5 exit']);
  });

  test.each(['kubectl exec shop-1 -- ls', 'kubectl exec -it shop-1 -- ls', 'docker exec shop-1 sh -c "ls"'])(
    'after %s the shell is the same',
    (command) => {
      expect(read(`${command}\nrm -rf /var/cache`).commands).toHaveLength(2);
    },
  );
});

test('PromQL in a block tagged as shell has no commands, and is kept', () => {
  const text = 'sum by (job) (rate(a_total[1d]))\nor\nsum(rate(b_total[1d]))';
  expect(read(text)).toEqual({ commands: [], others: [`1 ${text}`] });
});
