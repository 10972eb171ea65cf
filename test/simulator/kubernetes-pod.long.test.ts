import { once } from 'node:events';
import { request } from 'node:http';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { valueAt } from './ask.ts';
import { closeSimulators, type KubeStage, kubeStage, nameOf } from './kube-stage.ts';

afterEach(closeSimulators);

const app = 'event-bus-service';

/** Opens a WebSocket to a pod; rejects with the status of an error response. */
const opened = (
  it: KubeStage,
  path: string,
  protocols: readonly string[],
  heard: (channel: number, bytes: Buffer) => void,
  user = 'admin',
): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${it.server.replace('http', 'ws')}${path}`, [...protocols], {
      headers: it.headersOf(user),
    });
    // Messages that arrive at once must not be lost.
    socket.on('message', (data: Buffer) => heard(data[0] ?? 0, data.subarray(1)));
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => reject(new Error(`${response.statusCode} ${JSON.parse(text).message}`)));
    });
    socket.once('error', reject);
  });

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: unknown;
}

const exec = async (
  it: KubeStage,
  pod: string,
  argv: readonly string[],
  { protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'], input = '', user = 'admin' } = {},
): Promise<Ran> => {
  const words: [string, string][] = [
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...argv.map((word): [string, string] => ['command', word]),
  ];
  const query = new URLSearchParams(words);
  const texts = ['', '', '', ''];
  const hear = (channel: number, bytes: Buffer): void => {
    texts[channel] += bytes.toString();
  };
  const socket = await opened(it, `${it.pods}/${pod}/exec?${query}`, protocols, hear, user);
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (input !== '') {
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]));
    socket.send(Buffer.from([255, 0]));
  }
  await over;
  const [, out = '', err = '', status = ''] = texts;
  return { out, err, status: status === '' ? undefined : JSON.parse(status) };
};

const firstPod = async (it: KubeStage, of = app): Promise<string> => nameOf((await it.podsOf(of))[0]);

describe('exec', () => {
  test('runs the commands of a runbook in the pod of a JVM, and returns the exit status', async () => {
    const it = await kubeStage('event-bus');
    const pod = await firstPod(it);
    const heap = await exec(it, pod, ['jcmd', '1', 'GC.heap_info']);
    expect(heap.status).toEqual({ metadata: {}, status: 'Success' });
    expect(heap.out).toMatch(/ZHeap\s+used \d+M, capacity \d+M, max capacity 2048M/);
    expect((await exec(it, pod, ['cat', '/proc/1/status'])).out).toMatch(/VmRSS:\t\d{7} kB/);
    // A JVM listens on IPv6, which also accepts IPv4.
    expect((await exec(it, pod, ['cat', '/proc/net/tcp'])).out).not.toContain(':1F90');
    expect((await exec(it, pod, ['cat', '/proc/net/tcp6'])).out).toMatch(
      /0{32}:1F90 .* 0A .*\n.*0{32}:1F91 .* 0A/,
    );
    expect((await exec(it, pod, ['ls', '-l', '/proc/1/fd'])).out).toMatch(/-> socket:\[40120\]/);
    const cycles = async () => / (\d+) {5}0\.021/.exec((await exec(it, pod, ['jstat', '-gc', '1'])).out)?.[1];
    expect(await cycles()).toBe('6');
    await exec(it, pod, ['jcmd', '1', 'GC.run']);
    expect(await cycles()).toBe('7');
    expect((await exec(it, pod, ['java', '--version'])).out).toMatch(/^openjdk 24/);
    expect((await exec(it, pod, ['jstat', '-gc', '1'])).out).toMatch(/S0C .*\n.*2/);
    expect((await exec(it, pod, ['getent', 'hosts', 'postgres-cluster.database'])).out).toMatch(/^10\.96/);
    expect(
      (await exec(it, pod, ['bash', '-c', '</dev/tcp/postgres-cluster.database/5432'])).status,
    ).toMatchObject({
      status: 'Success',
    });
  });

  test.each([
    [['nmap', 'x'], 127, 'exec: "nmap": executable file not found in $PATH'],
    [['cat', '/etc/shadow'], 1, 'cat: /etc/shadow: No such file or directory'],
    [['getent', 'hosts', 'moon'], 2, ''],
    [['jcmd', '1', 'VM.memory'], 1, 'java.lang.IllegalArgumentException: Unknown diagnostic command'],
  ])('%j exits with %i', async (argv, code, err) => {
    const it = await kubeStage('event-bus');
    const ran = await exec(it, await firstPod(it), argv);
    expect(ran.err.trimEnd()).toBe(err);
    expect(ran.status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    });
  });

  test('reads stdin until the client closes it, in protocol v5', async () => {
    const it = await kubeStage('event-bus');
    expect(await exec(it, await firstPod(it), ['cat'], { input: 'fed' })).toMatchObject({
      out: 'fed',
      status: { status: 'Success' },
    });
  });

  test('falls back to protocol v4', async () => {
    const it = await kubeStage('event-bus');
    const ran = await exec(it, await firstPod(it), ['hostname'], { protocols: ['v4.channel.k8s.io'] });
    expect(ran.out.trim()).toBe(await firstPod(it));
  });

  test('follows a file line by line', async () => {
    const it = await kubeStage('event-bus');
    const query =
      'stdout=true&command=tail&command=-n&command=2&command=-F&command=%2Fopt%2Fx%2Flogs%2Fapplication.log';
    let text = '';
    const path = `${it.pods}/${await firstPod(it)}/exec?${query}`;
    const socket = await opened(it, path, ['v5.channel.k8s.io'], (_, bytes) => {
      text += bytes.toString();
    });
    await it.wait(0.2);
    const first = text.trim().split('\n').length;
    await it.wait(5);
    expect(first).toBe(2);
    expect(text.trim().split('\n').length).toBeGreaterThan(4);
    socket.terminate();
  });

  test.each([
    ['viewer', /^403 pods ".*" is forbidden: User "viewer" cannot get resource "pods\/exec"/],
    ['expired', /^401 Unauthorized/],
  ])('is denied for user %s', async (user, refusal) => {
    const it = await kubeStage('event-bus');
    await expect(exec(it, await firstPod(it), ['true'], { user })).rejects.toThrow(refusal);
  });

  test('requires an existing pod and a running container', async () => {
    const it = await kubeStage('event-bus', { incident: 'wont-start' });
    await expect(exec(it, await firstPod(it), ['true'])).rejects.toThrow(
      /^500 unable to upgrade connection: container not found/,
    );
    await expect(exec(it, 'absent', ['true'])).rejects.toThrow('404 pods "absent" not found');
  });
});

/** A forwarded port as a byte stream; `errors` are the messages of the error channel. */
const forwarded = async (it: KubeStage, pod: string, port: number) => {
  const received = { announced: [] as number[], errors: '' };
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => socket.send(Buffer.concat([Buffer.from([0]), chunk]), () => done()),
  });
  const begun = new Set<number>();
  const hear = (channel: number, bytes: Buffer): void => {
    if (!begun.has(channel)) {
      begun.add(channel);
      received.announced.push(channel, bytes.readUInt16LE(0));
    } else if (channel === 0) stream.push(bytes);
    else received.errors += bytes.toString();
  };
  const path = `${it.pods}/${pod}/portforward?ports=${port}`;
  const socket = await opened(it, path, ['v4.channel.k8s.io'], hear);
  const over = socket.readyState === socket.CLOSED ? Promise.resolve() : once(socket, 'close');
  return { socket, stream, received, over };
};

const through = (stream: Duplex, path: string): Promise<{ status: number; body: unknown }> =>
  new Promise((resolve, reject) => {
    const sent = request({ path, createConnection: () => stream }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end();
  });

describe('port forwarding', () => {
  test.each([
    [8081, '/actuator/health', '"status":"UP"'],
    [8080, '/healthz', '"instance":"event-bus-service-'],
  ])('reaches port %i of the pod', async (port, path, words) => {
    const it = await kubeStage('event-bus');
    const { socket, stream, received } = await forwarded(it, await firstPod(it), port);
    expect(await through(stream, path)).toMatchObject({ status: 200, body: expect.stringContaining(words) });
    expect(received.announced).toEqual([0, port, 1, port]);
    socket.terminate();
  });

  test('also reaches an instance created by scaling out', async () => {
    const it = await kubeStage('event-bus');
    const old = (await it.podsOf(app)).map(nameOf);
    await it.send(
      'PATCH',
      `${it.deployments}/${app}/scale`,
      { spec: { replicas: 4 } },
      'application/merge-patch+json',
    );
    await it.wait(4);
    const young = (await it.podsOf(app)).map(nameOf).find((name) => !old.includes(name)) ?? '';
    const { socket, stream } = await forwarded(it, young, 8080);
    expect(await through(stream, '/healthz')).toMatchObject({
      body: expect.stringContaining('"instance":"event-bus-service-3"'),
    });
    socket.terminate();
  });

  test('reports a port without a listener, and ends', async () => {
    const it = await kubeStage('event-bus');
    const { received, over } = await forwarded(it, await firstPod(it), 6379);
    await over;
    expect(received.errors).toMatch(
      /^error forwarding port 6379 to pod event-bus-service-.*connection refused$/,
    );
  });

  test('ends when the pod is deleted', async () => {
    const it = await kubeStage('event-bus');
    const pod = await firstPod(it);
    await it.send('DELETE', `${it.pods}/${pod}`);
    const { received, over } = await forwarded(it, pod, 8080);
    await over;
    expect(received.errors).toMatch(/connection refused/);
    await it.wait(2);
    await expect(forwarded(it, pod, 8080)).rejects.toThrow(`404 pods "${pod}" not found`);
  });
});

describe('a log', () => {
  test('contains startup and requests of its process, with timestamps on request', async () => {
    const it = await kubeStage('event-bus');
    const log = `${it.pods}/${await firstPod(it)}/log`;
    const whole = String((await it.get(log)).body);
    expect(whole).toMatch(/c\.t\.eventbus\.api\.Access +: (GET|POST) \/api\/v1\/event-bus\S* 200 \d+ ms/);
    // The pod is days old: its first lines have been rotated away.
    expect(whole).not.toContain('Started event-bus-service');
    const tail = String((await it.get(`${log}?tailLines=2&timestamps=true`)).body)
      .trimEnd()
      .split('\n');
    expect(tail).toHaveLength(2);
    expect(tail[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \d{4}-\S+ +[A-Z]+ 1 --- /);
    const recent = String((await it.get(`${log}?sinceSeconds=5`)).body)
      .trimEnd()
      .split('\n');
    expect(recent.length).toBeLessThan(12);
    const since = new Date(it.clock.now() - 5000).toISOString();
    expect(
      String((await it.get(`${log}?sinceTime=${since}`)).body)
        .trimEnd()
        .split('\n'),
    ).toEqual(recent);
    await it.send('DELETE', `${it.pods}/${await firstPod(it)}`);
    await it.wait(4);
    const logs = await Promise.all(
      (await it.podsOf(app)).map(async (pod) => String((await it.get(`${it.pods}/${nameOf(pod)}/log`)).body)),
    );
    expect(logs.filter((text) => /Started event-bus-service in [\d.]+ seconds/.test(text))).toHaveLength(1);
  });

  test('is followed until its container exits', async () => {
    const it = await kubeStage('event-bus');
    const pod = await firstPod(it);
    const response = await it.call(`${it.pods}/${pod}/log?follow=true&tailLines=1`);
    let text = '';
    const over = (async () => {
      for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
    })();
    await it.wait(4);
    expect(text.trimEnd().split('\n').length).toBeGreaterThan(3);
    await it.send('DELETE', `${it.pods}/${pod}`);
    await it.wait(1);
    await over;
  });

  test.each([
    ['container=sidecar', 'container sidecar is not valid for pod'],
    ['previous=true', 'previous terminated container "event-bus-service" in pod'],
  ])('with %s is rejected', async (query, words) => {
    const it = await kubeStage('event-bus');
    const { status, body } = await it.get(`${it.pods}/${await firstPod(it)}/log?${query}`);
    expect(status).toBe(400);
    expect(valueAt(body, 'message')).toContain(words);
  });
});

test('a port forwarded to the database pod reaches the database', async () => {
  const it = await kubeStage('saga');
  const { socket, stream } = await forwarded(it, 'postgres-0', 5432);
  const answer = once(stream, 'data');
  // SSLRequest: the response is one letter, S or N.
  stream.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  expect(String((await answer)[0])).toMatch(/^[SN]$/);
  socket.terminate();
});
