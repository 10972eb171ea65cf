import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { aRun } from '../../persistence/ledger/a-run.ts';

const run = 'r1';
const gate = { arm: true, confirm: true, preview: true, typed: true, windowMs: 5000 };
const proof = {
  ...{ id: 'v1', title: 'It stays closed', value: 'unknown', why: 'broker is gone', holdsSince: 3 },
  missing: { is: 'gone', object: 'broker', kind: 'breakers', source: 'bus', since: 2 },
} as const;
const share = { part: 2, whole: 3, of: 'replicas', parts: ['a', 'b'] };
const incident = {
  ...{ state: 'ongoing', began: 2, remaining: 1, unknown: 1, vanished: 1, arisen: 0, next: 'restart' },
  worst: [{ what: 'breakers bus-0', level: 'crit', why: 'gone', missing: proof.missing }],
} as const;
const login = { source: 'bus', why: '401', argv: ['login', 'bus'] };
const missing = [{ what: 'role', why: 'ana may not', remedy: 'ask ben' }] as const;

/** A plan with every part that a reader may look at. */
const wholePlan = {
  run,
  at: 0,
  event: 'planned',
  proposal: {
    ...{ run, runbook: 'incident-update', title: 'Close', system: 'shop', env: 'live', tier: 'production' },
    ...{ params: { incident: 'i1', names: ['a', 'b'], update: 1 }, gate, danger: 'disruptive', plannedAt: 0 },
    ...{ names: ['broker'], confirmNames: ['broker'], typeNames: ['broker'], tokens: ['oker'] },
    ...{ override: 'urgent', outage: 'agreed', undoes: 'r0', drill: true },
    steps: [
      {
        ...{ id: 'a1', title: 'Close it', manual: false, danger: 'disruptive', gate, pauseMs: 5, needs: 'x' },
        ...{ each: { value: 'a', nth: 1, of: 2 }, timeoutMs: 10, ask: true, notes: 'mind the gap' },
        undo: [{ use: 'bus.move', with: { to: 'open' }, title: 'Open it', pins: 'value' }],
        plan: {
          ...{ use: 'bus.move', danger: 'disruptive', objects: ['broker'], changes: ['a → b'], lost: 'x' },
          targets: [{ name: 'broker', uid: 'u1', saw: 'OPEN', where: 'bus-0' }],
          calls: [{ line: 'POST http://bus/broker', target: 0 }],
          ...{ params: { to: 'closed' }, reach: { share }, changesSystem: ['role'], earlier: { is: 1 } },
          interrupts: { service: 'bus', how: 'restart' },
          effects: [{ of: 'breakers' }],
          reset: { afterMs: 1000, leaves: 'CLOSED' },
        },
      },
    ],
    followUps: [{ id: 'f1', title: 'Tell the owner', notes: 'by phone' }],
    refusal: { ending: 'forbidden', why: 'role', missing, login },
    blast: { objects: 1, share, otherShares: [share], lowerBounds: ['connections'], connections: 3 },
    checks: [{ what: 'role', ok: false, why: 'ana may not', remedy: 'ask ben' }],
  },
} as unknown as RunEvent;

/** The events of a run, each kind once, with every part that may be absent. */
export const everyEvent: readonly RunEvent[] = [
  wholePlan,
  {
    ...{ run, at: 1, event: 'diagnosed' as const },
    found: {
      ...{ step: 'd1', title: 'Look', lines: ['a'], done: false },
      faults: [{ kind: 'timeout', source: 'bus', message: 'slow', at: 1, remedy: 'wait' }],
    },
  },
  {
    ...{ run, at: 1, event: 'gated' as const, passed: true, why: 'all gates passed' },
    checks: [{ what: 'role', ok: true, why: 'ana may', remedy: 'none' }],
  },
  { run, at: 1, event: 'approval-requested', plan: 'p', forMs: 1000, armed: 'INC-7', cockpit: 'c1' },
  { run, at: 1, event: 'approved', plan: 'p' },
  { run, at: 1, event: 'approval-refused', plan: 'p', why: 'no' },
  { run, at: 1, event: 'approval-withdrawn', plan: 'p', why: 'no' },
  { run, at: 2, event: 'window', endsAt: 3, steps: ['a1'] },
  { run, at: 3, event: 'output', step: 'a1', text: 'line' },
  { run, at: 3, event: 'paused', step: 'a1', endsAt: 4 },
  { run, at: 3, event: 'ticking', step: 'a2', title: 'Tell the owner', ask: true },
  { run, at: 3, event: 'ticked', step: 'a2', done: true, ask: true },
  { run, at: 3, event: 'before', proofs: [proof] },
  { run, at: 3, event: 'verifying', proofs: [proof] },
  { run, at: 3, event: 'login', ...login },
  { run, at: 3, event: 'renewed', source: 'bus', ok: true, why: 'login bus' },
  { run, at: 3, event: 'noted', text: 'a note' },
  { run, at: 3, event: 'watching', until: 9, blind: 'bus' },
  { run, at: 3, event: 'relapsed', proofs: [proof], why: 'open' },
  { run, at: 3, event: 'watched', held: true, why: 'held' },
  { run, at: 3, event: 'forward-closed', forward: 'bus', why: 'over' },
  { run, at: 3, event: 'reset-scheduled', step: 'a1', title: 'Open it', afterMs: 1000 },
  { run, at: 3, event: 'incident', incident },
  ...aRun(run).filter(({ event }) => ['confirmed', 'acting', 'acted'].includes(event)),
  {
    ...{ run, at: 8, event: 'ended' as const, ending: 'failed' as const, why: 'it opened again' },
    ...{
      reason: 'symptom-not-proved',
      missing,
      outcome: 'failed',
      sent: ['POST http://bus → 200'],
      incident,
    },
    undo: [{ use: 'bus.move', with: { to: 'open' }, title: 'Open it' }],
    changes: [{ object: 'billing', value: 'replicas', before: '2', after: null }],
    recordings: [{ file: '/tmp/x.cast' }],
  },
] as readonly RunEvent[];
