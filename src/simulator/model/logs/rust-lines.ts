import type { Millis } from '../../../domain/fault.ts';
import { draw } from './entry.ts';

export type RustLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Level, target and message, as tracing-subscriber's default writes them; the time in front is the file's business. */
export const rustLine = (level: RustLevel, target: string, message: string): string =>
  `${level.padStart(5)} ${target}: ${message}`;

/** So often a service writes of a request or of itself. */
export const rustEveryMs: Millis = 2000;

const talk: readonly (readonly [RustLevel, string, string])[] = [
  ['DEBUG', '::store::redis', 'pipeline flushed commands=12 elapsed_us=840'],
  ['INFO', '::fanout', 'delivered subscription=orders events=38 lag_ms=14'],
  ['WARN', '::routes::events', 'slow consumer, events are held back subscription=audit queued=412'],
  ['DEBUG', '::auth', 'token cache hit subject=svc-orders'],
  ['INFO', '::metrics', 'tick rss_bytes=61865984 connections=41'],
];
const talkEvery = 5;

/** What is written at a moment when all is well, at a level; always the same for the same moment. */
export const rustSaid = (of: string, target: string, at: Millis, level: 'info' | 'debug'): string => {
  const step = Math.floor(at / rustEveryMs);
  const key = `${of}/${step}`;
  const said = talk[draw(key, talk.length)];
  const isTold = said !== undefined && (said[0] !== 'DEBUG' || level === 'debug');
  if (step % talkEvery === 0 && isTold) return rustLine(said[0], `${target}${said[1]}`, said[2]);
  const isWrite = draw(`${key}/write`, 10) < 3;
  const span = `request{method=${isWrite ? 'POST' : 'GET'} path=/api/v1/events status=${isWrite ? 202 : 200} latency_ms=${2 + draw(key, 9)}}`;
  return rustLine('INFO', target, span);
};

/** What a panic leaves on the standard error. Source: Rust 1.89, std::panicking, RUST_BACKTRACE=1. */
export const rustPanic = (at: string, message: string, target: string): readonly string[] => [
  `thread 'tokio-runtime-worker' panicked at ${at}:`,
  message,
  'stack backtrace:',
  '   0: __rustc::rust_begin_unwind',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/std/src/panicking.rs:697:5',
  '   1: core::panicking::panic_fmt',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/core/src/panicking.rs:75:14',
  '   2: core::option::unwrap_failed',
  `   3: ${target}::routes::events::publish::{{closure}}`,
  `             at ./${at}`,
  '   4: tokio::runtime::task::raw::poll',
  'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.',
];
