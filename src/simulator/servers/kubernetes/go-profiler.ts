import { gzipSync } from 'node:zlib';
import { goroutinesOf, isGoService, leakedBytesOf } from '../../exposition/native-services.ts';
import { heapUsedOf } from '../../model/instances/instance-gauges.ts';
import type { Handler, ServerReply } from '../http/http-server.ts';
import { notFound } from '../http/http-server.ts';
import { type InstanceContext, resolveInstance, type SimulatorContext } from '../http/simulator-context.ts';

/** An allocation site: function, line and bytes in use. */
interface HeapSample {
  readonly name: string;
  readonly line: number;
  readonly objects: number;
  readonly bytes: number;
}

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let remaining = BigInt(Math.max(0, Math.round(value)));
  do {
    const low = Number(remaining & 0x7fn);
    remaining >>= 7n;
    bytes.push(remaining === 0n ? low : low | 0x80);
  } while (remaining !== 0n);
  return Buffer.from(bytes);
};

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const block = (field: number, content: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
const message = (field: number, ...parts: readonly Buffer[]): Buffer => block(field, Buffer.concat(parts));

/** A heap profile in Go's format: a packed `perftools.profiles.Profile`. Source: google/pprof, proto/profile.proto. */
const heapProfile = (held: readonly HeapSample[]): Buffer => {
  const strings = ['', 'inuse_objects', 'count', 'inuse_space', 'bytes', '/src/saga/orchestrator.go'];
  const nameAt = strings.length;
  const type = (field: number, what: number, unit: number): Buffer =>
    message(field, number(1, what), number(2, unit));
  const samples = held.map(({ objects, bytes }, index) =>
    message(2, message(1, varint(index + 1)), block(2, Buffer.concat([varint(objects), varint(bytes)]))),
  );
  const locations = held.map(({ line }, index) =>
    message(4, number(1, index + 1), message(4, number(1, index + 1), number(2, line))),
  );
  const functions = held.map((_, index) =>
    message(5, number(1, index + 1), number(2, nameAt + index), number(4, 5)),
  );
  const texts = [...strings, ...held.map(({ name }) => name)].map((text) => block(6, Buffer.from(text)));
  const period = [type(11, 3, 4), number(12, 512 * 1024)];
  return gzipSync(
    Buffer.concat([
      type(1, 1, 2),
      type(1, 3, 4),
      ...samples,
      ...locations,
      ...functions,
      ...texts,
      ...period,
    ]),
  );
};

const type = 'text/plain; charset=utf-8';
const leaky = 'main.(*Orchestrator).awaitReply';
const held = 1024;

const frame = (name: string, line: number): string =>
  `#\t0x${(0x4a1c20 + line * 64).toString(16)}\t${name}+0x1d4\t/src/saga/orchestrator.go:${line}`;

const goroutines = (sight: InstanceContext): string => {
  const all = goroutinesOf(sight);
  const waiting = Math.max(1, all - 40);
  return [
    `goroutine profile: total ${all}`,
    `${waiting} @ 0x43a0ce 0x4068bc 0x4a2e60 0x46a1c1`,
    frame(leaky, 218),
    '',
    '12 @ 0x43a0ce 0x4327f7 0x46a1c1',
    frame('net/http.(*conn).serve', 1995),
    '',
  ].join('\n');
};

const heap = (sight: InstanceContext): string => {
  const leaked = leakedBytesOf(sight);
  const used = heapUsedOf(sight.env, sight.instance) + leaked;
  const part = (bytes: number): string => `${Math.ceil(bytes / held)}: ${Math.round(bytes)}`;
  return [
    `heap profile: ${part(used)} [${part(used * 3)}] @ heap/1048576`,
    `${part(leaked + held)} [${part(leaked + held)}] @ 0x4a2e60 0x46a1c1`,
    frame(leaky, 201),
    '',
  ].join('\n');
};

const packedHeap = (sight: InstanceContext): Buffer => {
  const leaked = leakedBytesOf(sight) + held;
  const served = heapUsedOf(sight.env, sight.instance);
  const of = (name: string, line: number, bytes: number) => ({
    name,
    line,
    objects: Math.ceil(bytes / held),
    bytes,
  });
  return heapProfile([of(leaky, 201, leaked), of('net/http.(*conn).serve', 1995, served)]);
};

/** `net/http/pprof` of a Go service: heap, packed or as text (`debug=1`); goroutines as text only. */
export const profilerHandler =
  (view: SimulatorContext, name: string): Handler =>
  (ask): ServerReply | 'cut' => {
    const sight = resolveInstance(view, name);
    if (!sight.instance.running || !isGoService(sight)) return 'cut';
    const [debug, pprof, page, ...rest] = ask.path;
    if (debug !== 'debug' || pprof !== 'pprof' || rest.length > 0) return notFound;
    if (page !== 'heap' && page !== 'goroutine') return notFound;
    const isText = ask.query.get('debug') === '1';
    if (page === 'heap' && !isText)
      return { status: 200, bytes: packedHeap(sight), type: 'application/octet-stream' };
    if (!isText) return { status: 400, text: 'only as text here: debug=1\n', type };
    return { status: 200, text: page === 'heap' ? heap(sight) : goroutines(sight), type };
  };
