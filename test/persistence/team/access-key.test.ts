import { describe, expect, test } from 'vitest';
import { deriveAccessKeys } from '../../../src/persistence/team/readings/access-key.ts';

const [own, same, otherSecret, otherSalt] = await Promise.all([
  deriveAccessKeys('url token-1', 'salt-1'),
  deriveAccessKeys('url token-1', 'salt-1'),
  deriveAccessKeys('url token-2', 'salt-1'),
  deriveAccessKeys('url token-1', 'salt-2'),
]);

describe('the keys of an access', () => {
  test('are the same in every process with the same access, and others with another secret or database', () => {
    expect(same.rowOf('prom/query')).toBe(own.rowOf('prom/query'));
    for (const other of [otherSecret, otherSalt]) {
      expect(other.rowOf('prom/query')).not.toBe(own.rowOf('prom/query'));
      expect(other.digest('text')).not.toBe(own.digest('text'));
      expect(other.hasStamp('text', own.stamp('text'))).toBe(false);
    }
    expect(own.rowOf('prom/other')).not.toBe(own.rowOf('prom/query'));
  });

  test('open what was sealed with them, for that row only', () => {
    const sealed = own.seal('row', 'a reading');
    expect(same.openSealed('row', sealed)).toBe('a reading');
    expect(same.openSealed('another row', sealed)).toBeUndefined();
    for (const other of [otherSecret, otherSalt]) expect(other.openSealed('row', sealed)).toBeUndefined();
    expect(own.seal('row', 'a reading')).not.toBe(sealed);
  });

  test('refuse every changed byte', () => {
    const sealed = Buffer.from(own.seal('row', 'a reading'), 'base64');
    for (let nth = 0; nth < sealed.length; nth++) {
      const changed = Buffer.from(sealed);
      changed[nth] = (changed[nth] ?? 0) ^ 1;
      expect(own.openSealed('row', changed.toString('base64'))).toBeUndefined();
    }
    for (const text of ['', 'AAAA', 'no base64 at all', sealed.subarray(0, 20).toString('base64')])
      expect(own.openSealed('row', text)).toBeUndefined();
  });

  test('refuse another stamp, of any length', () => {
    const stamp = own.stamp('text');
    expect(same.hasStamp('text', stamp)).toBe(true);
    for (const other of ['', stamp.slice(1), `${stamp}0`, own.stamp('text2')])
      expect(own.hasStamp('text', other)).toBe(false);
  });
});
