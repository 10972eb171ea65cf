import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openStage } from '../sources/kubernetes/operations/stage.ts';
import { nameOf, patchTypes } from './kube-stage.ts';

const dump = { argv: ['pg_dump', '-U', 'postgres', 'microservices'], pod: 'postgres-0' };
const complete = 'PostgreSQL database dump complete';
const restore = {
  argv: ['psql', '-v', 'ON_ERROR_STOP=1', '-1', '-U', 'postgres', '-d', 'microservices'],
  pod: 'postgres-0',
  complete,
};

test('a dump contains the tables. It is not restored over existing ones, and a file that is not a dump is rejected', async () => {
  await using stage = await openStage('saga');
  const saved = await stage.run('exec', { ...dump, save: 'all.sql.gz', gzip: true, complete }, 'safe');
  expect(saved.ended.ending).toBe('recovered');
  const text = gunzipSync(await readFile(join(stage.dir, 'all.sql.gz'))).toString();
  expect(text).toMatch(/CREATE TABLE public\.saga_instances /);
  expect(text).toMatch(/-- PostgreSQL database dump complete\n--\n\n?$/);
  const over = await stage.run('exec', { ...restore, feed: 'all.sql.gz' }, 'destructive');
  expect(over.ended.why).toMatch(/exited with status 3/);
  expect(over.output).toContainEqual(
    expect.stringMatching(/^psql:<stdin>:\d+: ERROR: {2}relation "\w+" already exists$/),
  );
  await stage.put('no.sql', `DELETE everything;\n-- ${complete}\n`);
  const odd = await stage.run('exec', { ...restore, feed: 'no.sql' }, 'destructive');
  expect(odd.output).toContainEqual('psql:<stdin>:1: ERROR:  syntax error at or near "DELETE"');
  const unknownRole = {
    argv: ['pg_dump', '-U', 'absent', 'microservices'],
    pod: 'postgres-0',
    save: 'no.gz',
  };
  expect((await stage.run('exec', unknownRole, 'safe')).output).toContainEqual(
    expect.stringMatching(/FATAL: {2}role "absent" does not exist/),
  );
  expect((await readdir(stage.dir)).filter((name) => name.startsWith('no.gz'))).toEqual([]);
});

test('a container sees a config map as of its start', async () => {
  await using stage = await openStage('event-bus');
  const path = '/opt/trademaster/config/application.yml';
  const cat = { deployment: 'event-bus-service', first: true, argv: ['cat', path] };
  expect((await stage.run('exec', cat, 'safe')).output).toContainEqual('spring:');
  const namespace = 'event-bus-production';
  const data = { 'application.yml': 'changed: true\n' };
  const object = `/api/v1/namespaces/${namespace}/configmaps/event-bus-service-config`;
  await stage.send('PATCH', object, { data }, patchTypes.merge);
  expect((await stage.run('exec', cat, 'safe')).output).toContainEqual('spring:');
  const restarted = stage.run('restart', { deployment: 'event-bus-service', wait: '5m' });
  await stage.passing(restarted);
  expect((await stage.run('exec', cat, 'safe')).output).toContainEqual('changed: true');
});

test('finds and deletes logs older than some days', async () => {
  await using stage = await openStage('saga');
  const find = (...more: readonly string[]) => ({
    deployment: 'payment-service',
    argv: ['find', '/var/log', '-name', '*.log', '-mtime', '+0', '-type', 'f', ...more],
  });
  const found = async (): Promise<readonly string[]> =>
    (await stage.run('exec', find('-print'), 'safe')).output.filter((line) => line.includes(' /var/log/'));
  expect((await found()).length).toBeGreaterThan(0);
  expect((await stage.run('exec', find('-delete'), 'destructive')).ended.ending).toBe('recovered');
  expect(await found()).toEqual([]);
});

test('copies a heap dump out unchanged', async () => {
  await using stage = await openStage('event-bus');
  const pod = nameOf((await stage.podsOf('event-bus-service'))[0]);
  const file = '/tmp/opsdeck.hprof';
  await stage.run('exec', { pod, argv: ['jcmd', '1', 'GC.heap_dump', file] }, 'disruptive');
  const sum = (await stage.run('exec', { pod, argv: ['sha256sum', file] }, 'safe')).output;
  const [, inside = 'none'] = /([0-9a-f]{64}) {2}\//.exec(sum.join('\n')) ?? [];
  const saved = await stage.run('exec', { pod, argv: ['cat', file], save: 'heap.hprof' }, 'safe');
  expect(saved.ended.ending).toBe('recovered');
  expect(JSON.stringify(saved.events)).toContain(inside);
});
