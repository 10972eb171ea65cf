import { expect, test } from 'vitest';
import { decodeResponse, encodeRequest } from '../../../src/clients/kafka/call.ts';
import { listOffsets, metadata } from '../../../src/clients/kafka/cluster-calls.ts';
import { decodeAssignment, encodeAssignment, listGroups } from '../../../src/clients/kafka/group-calls.ts';
import {
  boolField,
  bytesField,
  int8Field,
  int16Field,
  int32Field,
  int64Field,
  listField,
  nameField,
  nullableListField,
  nullableStringField,
  recordField,
  stringField,
  type WireField,
  WireReader,
  WireWriter,
} from '../../../src/clients/kafka/wire-fields.ts';

const hex = (written: string): Buffer => Buffer.from(written.replaceAll(' ', ''), 'hex');
const written = <T>(field: WireField<T>, value: T, flexible: boolean): string => {
  const to = new WireWriter(flexible);
  field.write(to, value);
  return to.bytes.toString('hex');
};
const readBack = <T>(field: WireField<T>, value: T, flexible: boolean): T =>
  field.read(new WireReader(Buffer.from(written(field, value, flexible), 'hex'), flexible));

test('values are encoded as in the protocol guide, classic and compact', () => {
  expect(written(stringField, 'ab', false)).toBe('00026162');
  expect(written(stringField, 'ab', true)).toBe('036162');
  expect(written(nullableStringField, undefined, false)).toBe('ffff');
  expect(written(nullableStringField, undefined, true)).toBe('00');
  expect(written(listField(int16Field), [1, 2], false)).toBe('0000000200010002');
  expect(written(listField(int16Field), [1, 2], true)).toBe('0300010002');
  expect(written(nullableListField(int16Field), undefined, false)).toBe('ffffffff');
  expect(written(nullableListField(int16Field), undefined, true)).toBe('00');
  expect(written(recordField({ a: int8Field, b: boolField }), { a: -1, b: true }, true)).toBe('ff0100');
  expect(written(bytesField, hex('0102'), false)).toBe('000000020102');
  expect(written(int64Field, 9_007_199_254_740_993n, false)).toBe('0020000000000001');
});

test.each([false, true])('every value is decoded as it was encoded (compact: %s)', (flexible) => {
  const field = recordField({
    id: int32Field,
    offset: int64Field,
    name: nameField,
    note: nullableStringField,
    rows: listField(
      recordField({ partition: int32Field, holders: nullableListField(stringField), token: bytesField }),
    ),
  });
  const value = {
    id: -7,
    offset: -1n,
    name: 'ä'.repeat(200),
    note: undefined,
    rows: Array.from({ length: 300 }, (_, partition) => ({
      partition,
      holders: partition % 2 === 0 ? undefined : ['x'],
      token: Buffer.alloc(partition, 7),
    })),
  };
  expect(readBack(field, value, flexible)).toEqual(value);
});

test('requests are encoded as real brokers accept them (measured on 3.9 and 4.3)', () => {
  // Length, key 16, version 5, correlation 1, client id, no tags; no states, no types, no tags.
  expect(encodeRequest(listGroups, 1, { states: [], types: [] }).toString('hex')).toBe(
    hex('00000015 0010 0005 00000001 0007 6f7073 6465636b 00 01 01 00').toString('hex'),
  );
  expect(encodeRequest(metadata, 2, { topics: undefined, create: false }).toString('hex')).toBe(
    hex('00000016 0003 0005 00000002 0007 6f707364 65636b ffffffff 00').toString('hex'),
  );
});

test('control characters are removed from texts, not from names: names are sent again in requests', () => {
  const evil = 'ok\x1b]0;owned\x07';
  expect(readBack(stringField, evil, false)).toBe('ok');
  expect(readBack(nameField, evil, false)).toBe(evil);
});

test('unknown tagged fields are skipped', () => {
  // Header tags; throttle, error, one group 'g' with protocol '', state '', type '' and one tag of two bytes; no tags.
  const body = hex('00 00000000 0000 02 0267 01 01 01 01 05 02 abcd 00');
  expect(decodeResponse(listGroups, body).groups).toEqual([
    { group: 'g', protocol: '', state: '', type: '' },
  ]);
});

test.each([
  ['an empty response', ''],
  ['a list longer than the response', '00000000 7fffffff'],
  ['a text longer than the response', '00000000 00000001 7fff 61'],
  ['truncated in the middle', '00000000 00000001 0001 61 00000001 00000000'],
])('%s is malformed', (_, body) => {
  expect(() => decodeResponse(listOffsets, hex(body))).toThrow(
    expect.objectContaining({ kind: 'malformed' }),
  );
});

test('an assignment is decoded; an invalid one is empty', () => {
  const assigned = new Map([
    ['orders', [0, 2]],
    ['payments', [1]],
  ]);
  expect(decodeAssignment(encodeAssignment(assigned))).toEqual(assigned);
  expect(decodeAssignment(Buffer.alloc(0))).toEqual(new Map());
  expect(decodeAssignment(hex('0000 7fffffff'))).toEqual(new Map());
});
