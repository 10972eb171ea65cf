import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMaskSession } from '../../../src/domain/mask/mask-session.ts';
import type { MaskWords } from '../../../src/domain/mask/mask-words.ts';
import { longTest, rounds } from '../../support/layer.ts';
import { health, noon } from '../../support/made-facts.ts';

const words = (more: Partial<MaskWords> = {}): MaskWords => ({
  names: [
    { text: 'vm-3', is: 'host' },
    { text: 'vm-3.eu.zone', is: 'host' },
    { text: 'prod-eu-1', is: 'cluster' },
    { text: 'ada', is: 'user' },
    { text: 'jump', is: 'host' },
    { text: 'Acme & Sons', is: 'name' },
  ],
  stays: ['billing', 'shop'],
  listed: [],
  allowed: [],
  ...more,
});

const masking = (more: Partial<MaskWords> = {}) => {
  const maskSession = createMaskSession();
  maskSession.learnWords(words(more));
  return maskSession;
};

describe('masks a text', () => {
  test.each([
    ['shop @ prod-eu-1/shop', 'shop @ cluster-1/shop'],
    ['worker@vm-3 denied', 'worker@host-1 denied'],
    ['VM-3 and vm-3', 'host-1 and host-1'],
    ['vm-3.eu.zone:22', 'host-2:22'],
    ['kube-proxy-vm-3', 'kube-proxy-host-1'],
    ['vm-33 avm-3', 'vm-33 avm-3'],
    ['jump, jump. jumps ajump-1 jump.x', 'host-3, host-3. jumps ajump-1 jump.x'],
    ['ACME & Sons called', 'name-1 called'],
    ['http://billing:80 http://wiki:80', 'http://billing:80 http://host-4:80'],
    ['psp timeout psp.acme.com:443 user=ada token=abc', 'psp timeout host-4:443 user=user-1 token=…masked'],
    ['ada@acme.com is not ada', 'user-2@masked is not user-1'],
    ['https://ada:pw@10.0.0.7:1/ and [fe80::1]', 'https://…masked@ip-1:1/ and [ip-2]'],
  ])('%s', (text, masked) => {
    expect(masking().mask(text)).toBe(masked);
  });

  test('keeps the names of targets as whole words, but no secret', () => {
    const { mask } = masking();
    const own = ['vm-3', 'eyJhbGciOi.eyJzdWIi.x'];
    expect(mask('restart on vm-3 (vm-3.eu.zone, avm-3).', own)).toBe('restart on vm-3 (host-2, avm-3).');
    expect(mask('eyJhbGciOi.eyJzdWIi.x', own)).toBe('…masked');
    expect(mask('restart on vm-3')).toBe('restart on host-1');
  });
});

describe('aliases', () => {
  test('a real name is never the alias of another name, even if learned later', () => {
    const maskSession = masking();
    expect(maskSession.mask('vm-3')).toBe('host-1');
    maskSession.learn('host-1', 'host');
    const first = maskSession.mask('vm-3');
    const second = maskSession.mask('host-1');
    expect(first).not.toBe('host-1');
    expect(second).not.toBe('host-1');
    expect(first).not.toBe(second);
    expect(maskSession.mask(first)).toBe(first);
  });

  test('an alias never equals the name of a source or instance', () => {
    const maskSession = masking({ stays: ['host-1'] });
    expect(maskSession.mask('vm-3 through host-1')).toBe('host-2 through host-1');
    maskSession.learnReading({
      items: [health('api', { instance: 'host-2' })],
      samples: [],
      began: noon,
      at: noon,
    });
    expect(maskSession.mask('vm-3 and host-2')).toMatch(/^host-[3-9] and host-2$/);
  });

  test('names listed in the profile are masked even for a service; allowed names never are', () => {
    expect(masking({ listed: ['billing'], names: [{ text: 'billing', is: 'name' }] }).mask('billing')).toBe(
      'name-1',
    );
    expect(masking({ allowed: ['psp.acme.com'] }).mask('psp.acme.com vm-3')).toBe('psp.acme.com host-1');
  });

  test('hosts and users from readings are masked afterwards', () => {
    const maskSession = createMaskSession();
    const session = {
      source: 'pg',
      at: noon,
      database: 'shop',
      pid: 1,
      user: 'grace',
      state: 'idle',
      waiting: '',
      blockedBy: [],
      query: '',
      client: 'desk',
    };
    expect(maskSession.mask('grace at desk')).toBe('grace at desk');
    maskSession.learnReading({ items: [session], samples: [], began: noon, at: noon });
    expect(maskSession.mask('grace at desk')).toBe('user-1 at host-1');
  });

  test('who read a reading for others has an alias', () => {
    const maskSession = masking();
    const reader = { user: 'grace', host: 'grace-desk' };
    maskSession.learnReading({ items: [], samples: [], began: noon, at: noon, reader });
    expect(maskSession.mask('read by grace@grace-desk')).not.toContain('grace');
  });

  test('a prefix of a name counts as a piece of it. The whole name does not', () => {
    const maskSession = masking();
    expect(['vm-3.e', 'vm-3.eu', 'vm-3', 'billing'].map(maskSession.isPiece)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(maskSession.isPiece('vm-3.eu.zone')).toBe(false);
  });
});

const part = fc.constantFrom(
  'vm-3',
  'vm-3.eu.zone',
  'ada',
  'ada@acme.com',
  '10.0.0.7',
  'fe80::1',
  'prod-eu-1',
  'billing',
  'host-1',
  'user=',
  'token=',
  'https://',
  ':',
  '@',
  '/',
  '.',
  '-',
  ' ',
  ', ',
  '"',
  '443',
  '…',
  'psp.acme.com',
  'password: x1',
  'Bearer abcdefg123',
);

longTest('masking is idempotent', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
      const { mask } = masking();
      const once = mask(parts.join(''));
      expect(mask(once)).toBe(once);
    }),
    { numRuns: rounds(3000) },
  );
});

longTest('two names never share an alias', () => {
  const thing = fc.oneof(
    fc.ipV4(),
    fc.domain(),
    fc.constantFrom('host-1', 'host-2', 'ip-1', 'user-1', 'name-1', 'vm-7'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(thing, { maxLength: 12 }), (things) => {
      const maskSession = masking();
      for (const name of things) maskSession.learn(name, 'host');
      const aliases = things.map((text) => maskSession.mask(`https://${text}/`));
      expect(new Set(aliases).size).toBe(things.length);
    }),
  );
});
