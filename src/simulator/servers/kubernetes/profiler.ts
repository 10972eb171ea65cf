import { goroutinesOf, isGo, leakedBytesOf } from '../../exposition/go.ts';
import { heapUsedOf } from '../../model/gauges.ts';
import { notFound } from '../plain.ts';
import type { Answer, Handler } from '../serve.ts';
import { type Sight, seeInstance, type View } from '../sight.ts';
import { heapProfile } from './heap-profile.ts';

const type = 'text/plain; charset=utf-8';
const leaky = 'main.(*Orchestrator).awaitReply';
const held = 1024;

const frame = (name: string, line: number): string =>
  `#\t0x${(0x4a1c20 + line * 64).toString(16)}\t${name}+0x1d4\t/src/saga/orchestrator.go:${line}`;

const goroutines = (sight: Sight): string => {
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

const heap = (sight: Sight): string => {
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

const packedHeap = (sight: Sight): Buffer => {
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

/** `net/http/pprof` of a Go service: its heap, packed or as text (`debug=1`); its goroutines, as text alone. */
export const profilerHandler =
  (view: View, name: string): Handler =>
  (ask): Answer | 'cut' => {
    const sight = seeInstance(view, name);
    if (!sight.instance.running || !isGo(sight)) return 'cut';
    const [debug, pprof, page, ...rest] = ask.path;
    if (debug !== 'debug' || pprof !== 'pprof' || rest.length > 0) return notFound;
    if (page !== 'heap' && page !== 'goroutine') return notFound;
    const isText = ask.query.get('debug') === '1';
    if (page === 'heap' && !isText)
      return { status: 200, bytes: packedHeap(sight), type: 'application/octet-stream' };
    if (!isText) return { status: 400, text: 'only as text here: debug=1\n', type };
    return { status: 200, text: page === 'heap' ? heap(sight) : goroutines(sight), type };
  };
