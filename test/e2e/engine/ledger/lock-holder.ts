import { join } from 'node:path';
import { acquireLock } from '../../../../src/platform/files/lock-file.ts';
import { targetLocks } from '../../../../src/platform/files/target-locks.ts';

// Holds the lock of a ledger and of the target `api` until it is killed.
const [, , dir = ''] = process.argv;
await acquireLock(join(dir, 'audit.lock'), 1000);
const note = { who: 'ana', host: 'vm-1', run: 'r-1', runbook: 'restart', at: 0 };
await targetLocks(join(dir, 'locks')).take(['api'], note);
process.stdout.write('held\n');
setInterval(() => {}, 60_000);
