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
    ['kubectl logs <pod> --since=<10m>', 'read'],
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

  // Commands with their danger, and how many other lines are kept.
  test.each<[string, string, readonly string[], number]>([
    [
      'psql',
      'shop=# SELECT 1;\n ?column?\n----------\n 1\n(1 row)\n\nshop=# SELECT pg_terminate_backend(12);',
      ['read SELECT 1;', 'disruptive SELECT pg_terminate_backend(12);'],
      4,
    ],
    [
      'psql over lines',
      'shop=> DELETE FROM a\nshop-> WHERE b = 1;\nDELETE 4\nshop=> \\q',
      ['destructive DELETE FROM a\nWHERE b = 1;'],
      2,
    ],
    [
      'psql without a continuation prompt',
      'shop=*# SELECT *\nFROM a;\n(0 rows)',
      ['read SELECT *\nFROM a;'],
      1,
    ],
    [
      'psql below a command',
      'psql -U app shop\nshop=# DROP TABLE a;',
      ['destructive psql -U app shop', 'destructive DROP TABLE a;'],
      0,
    ],
    [
      'mysql',
      'mysql> SHOW PROCESSLIST;\n+----+\n| Id |\n+----+\nmysql> KILL 5;\nQuery OK\nmysql> DROP TABLE\n    -> a;\nmysql> exit',
      ['read SHOW PROCESSLIST;', 'disruptive KILL 5;', 'destructive DROP TABLE\na;'],
      5,
    ],
    ['MariaDB', 'MariaDB [shop]> DELETE FROM a;', ['destructive DELETE FROM a;'], 0],
    ['cqlsh', 'cqlsh:shop> TRUNCATE a;', ['destructive TRUNCATE a;'], 0],
    ['ClickHouse', 'db-1 :) DROP TABLE a', ['destructive DROP TABLE a'], 0],
    ['SQL*Plus', 'SQL> SHUTDOWN IMMEDIATE', ['destructive SHUTDOWN IMMEDIATE'], 0],
    [
      'mongo',
      'rs0:PRIMARY> rs.status()\n{ "ok" : 1 }\nrs0:PRIMARY> db.a.drop()\ntrue',
      ['read rs.status()', 'destructive db.a.drop()'],
      2,
    ],
    [
      'mongosh',
      'shop> db.a.deleteMany({\n... b: 1 })\n{ acknowledged: true }',
      ['destructive db.a.deleteMany({\nb: 1 })'],
      1,
    ],
    [
      'mongosh on a replica set',
      'rs0 [direct: primary] shop> db.a.countDocuments()\n42',
      ['read db.a.countDocuments()'],
      1,
    ],
    ['redis', '127.0.0.1:6379[2]> FROB\n(error) ERR unknown command', ['destructive redis-cli FROB'], 1],
    ['Python', '>>> Order.objects.all().delete()\n(4, {})', ['destructive Order.objects.all().delete()'], 1],
    ['Rails', 'irb(main):001:0> User.delete_all\n=> 5', ['destructive User.delete_all'], 1],
    ['Elixir', 'iex(1)> System.halt()', ['destructive System.halt()'], 0],
    [
      'root',
      '[root@db ~]# systemctl restart a\nroot@db:/var# rm -rf /var/x',
      ['disruptive systemctl restart a', 'destructive rm -rf /var/x'],
      0,
    ],
    [
      'a container',
      'bash-5.1# cat /etc/hosts\n127.0.0.1 a\n/ # rm x',
      ['read cat /etc/hosts', 'destructive rm x'],
      1,
    ],
    ['Elixir on a node', 'iex(app@h)1> Repo.delete_all(Order)', ['destructive Repo.delete_all(Order)'], 0],
    ['HBase', "hbase:001:0> drop 'a'", ["destructive drop 'a'"], 0],
    ['Neo4j', 'neo4j@neo4j> MATCH (n) DETACH DELETE n;', ['destructive MATCH (n) DETACH DELETE n;'], 0],
    ['CockroachDB', 'root@db:26257/defaultdb> DROP TABLE a;', ['destructive DROP TABLE a;'], 0],
    ['a container without a user', 'I have no name!@a:/$ rm -rf /data', ['destructive rm -rf /data'], 0],
    ['root, above output alone', '# df -h\nFilesystem  Size  Used\n/dev/sda1   50G   48G', ['read df -h'], 2],
    ['Windows', 'C:\\> iisreset\nAttempting stop...', ['destructive iisreset'], 1],
    [
      'a shell over lines',
      '$ kubectl delete \\\n>   pod a\npod "a" deleted',
      ['destructive kubectl delete \\\npod a'],
      1,
    ],
  ])('of %s', (_, text, commands, others) => {
    const found = read(text);
    expect(found.commands).toEqual(commands);
    expect(found.others).toHaveLength(others);
  });

  test('what is typed into a client that a script opens has the language of the client', () => {
    expect(read('sudo -u postgres psql\nSELECT 1;\nDELETE FROM a;\n\\q\nls /var')).toEqual({
      commands: [
        'destructive sudo -u postgres psql',
        'read SELECT 1;',
        'destructive DELETE FROM a;',
        'read ls /var',
      ],
      others: [],
    });
    expect(read('redis-cli -h cache\nINFO memory\nFLUSHALL').commands.slice(1)).toEqual([
      'read redis-cli INFO memory',
      'destructive redis-cli FLUSHALL',
    ]);

    // A comment of the shell, and no command of Redis: the script goes on.
    expect(read('redis-cli\n\n# Inside\nINFO memory\n\n# Then\ngit log -1').commands).toEqual([
      expect.stringMatching(/redis-cli$/),
      'read redis-cli INFO memory',
      expect.stringMatching(/git log -1$/),
    ]);
    expect(read('mysql -u root -p shop\nDROP TABLE a;\nexit').commands.slice(1)).toEqual([
      'destructive DROP TABLE a;',
    ]);
  });

  test('statements for another server than PostgreSQL have the rules of that server', () => {
    const found = commandsOf({ ...block('RESET MASTER;\nSHOW PROCESSLIST;'), lang: 'mysql' }).commands;
    expect(found.map((command) => `${command.language} ${command.class.danger}`)).toEqual([
      'console destructive',
      'console read',
    ]);
  });

  test('a block of PowerShell with prompts has the typed lines alone, one of Redis its commands', () => {
    const powershell = commandsOf({
      ...block('PS C:\\> Get-Service a\nStatus Name\n------ ----\nPS C:\\> Stop-Service a'),
      lang: 'powershell',
    });
    expect(powershell.commands.map(({ line, raw }) => [line, raw])).toEqual([
      [1, 'Get-Service a'],
      [4, 'Stop-Service a'],
    ]);
    expect(powershell.others).toHaveLength(2);
    const redis = commandsOf({
      ...block('# Look first\nSCAN 0 MATCH a*\n1) "0"\nUNLINK a\nFT.DROPINDEX a'),
      lang: 'redis',
    });
    expect(redis.commands.map((found) => `${found.class.danger} ${found.raw}`)).toEqual([
      'read redis-cli SCAN 0 MATCH a*',
      'destructive redis-cli UNLINK a',
      'destructive redis-cli FT.DROPINDEX a',
    ]);
    expect(redis.others).toHaveLength(2);
  });

  test('a function is one statement, whatever its body between dollar quotes', () => {
    const body =
      'CREATE FUNCTION f() RETURNS void AS $x$\nBEGIN\n  DELETE FROM a;\nEND;\n$x$ LANGUAGE plpgsql;';
    const found = commandsOf({ ...block(`${body}\nSELECT 1;`), lang: 'sql' }).commands;
    expect(found.map(({ line, raw }) => [line, raw])).toEqual([
      [1, body],
      [6, 'SELECT 1;'],
    ]);
  });

  test('a redirection without a command empties a file', () => {
    expect(read('echo a\n> /var/log/a.log').commands).toEqual([
      'read echo a',
      'destructive > /var/log/a.log',
    ]);
  });

  test('`# ` is the prompt of root in a session, and a comment in a script', () => {
    const text = '# systemctl stop nginx\n# rm -rf /var/cache/nginx';
    expect(commandsOf({ ...block(text), lang: 'console' }).commands.map(({ raw }) => raw)).toEqual([
      'systemctl stop nginx',
      'rm -rf /var/cache/nginx',
    ]);
    expect(read(text).commands).toEqual([]);
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
