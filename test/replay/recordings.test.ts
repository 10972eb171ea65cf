import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { passwords } from '../real/postgres/roles.ts';
import { wireRecording } from './recording.ts';

const directories = [
  'kafka-4.3',
  'kubernetes-1.36',
  'loki-3.7',
  'mongo-java-server-1.47',
  'moto-5.2',
  'postgres-15',
  'redis-7.0',
] as const;
const filesIn = (directory: string): readonly string[] =>
  readdirSync(`test/recordings/${directory}`)
    .filter((file) => file.endsWith('.json'))
    .map((file) => `${directory}/${file.replace('.json', '')}`);
const mostBytes = 150_000;

describe.each(directories)('%s', (directory) => {
  test.each(filesIn(directory))('%s names its server and time, and is small', (name) => {
    const path = `test/recordings/${name}.json`;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      server: expect.stringMatching(/^[A-Z][\w ]+ \d+\.\d+/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      asked: expect.stringMatching(/^\w/),
    });
    expect(statSync(path).size).toBeLessThan(mostBytes);
  });

  test.each(filesIn(directory))('%s contains no password, no token and no local path', (name) => {
    const text = readFileSync(`test/recordings/${name}.json`, 'utf8');
    expect(text).not.toMatch(/\/(?:tmp|root|home)\/|bearer |authorization"/i);
    for (const password of Object.values(passwords)) expect(text).not.toContain(password);
  });
});

/** Source: Apache Kafka protocol guide, SaslHandshake and SaslAuthenticate. */
const loginKeys = [17, 36];

test.each(filesIn('kafka-4.3'))('%s contains no login', (name) => {
  const requests = wireRecording(name)
    .connections.flat()
    .filter((message) => message.startsWith('> '))
    .map((message) => Buffer.from(message.slice(2), 'latin1'));
  expect(requests.filter((request) => loginKeys.includes(request.readInt16BE(4)))).toEqual([]);
});

test.each(filesIn('postgres-15'))('%s contains no login and no key that cancels a backend', (name) => {
  const messages = wireRecording(name).connections.flat();
  // Source: PostgreSQL docs, Message Formats: R is Authentication (0: ok), p a password, K BackendKeyData.
  expect(messages.filter((message) => message.startsWith('> p'))).toEqual([]);
  for (const message of messages.filter((text) => text.startsWith('< R')))
    expect(message).toBe('< R\0\0\0\b\0\0\0\0');
  for (const message of messages.filter((text) => text.startsWith('< K')))
    expect(message.slice(-4)).toBe('\0\0\0\0');
});
