import { describe, expect, test } from 'vitest';
import { isSamePerson, unmappedAccountProblem } from '../../../src/runs/policy/same-person.ts';

describe('two accounts of one person', () => {
  test.each([
    ['ana', 'ana'],
    ['ana', ' Ana '],
    ['ana', 'ａｎａ'],
    ['ana', 'an\u200ba'],
    ['ana', 'a\u00adna'],
    ['ana', 'ana\u202e'],
    ['ana', 'ana\u0000'],
    ['josé', 'jose\u0301'],
    ['strauß', 'STRAUSS'],
    ['ana', 'ana@corp.example'],
    ['ana', 'CORP\\ana'],
    ['ana@one.example', 'ana@other.example'],
    ['', ' '],
  ])('%j and %j', (text, other) => {
    expect(isSamePerson(text, other)).toBe(true);
    expect(isSamePerson(other, text)).toBe(true);
  });

  test.each([
    ['ana', 'ben'],
    ['ana', 'ana2'],
    ['ana', 'jana'],
    ['ana', ''],
  ])('not %j and %j', (text, other) => {
    expect(isSamePerson(text, other)).toBe(false);
  });
});

test.each(['', ' ', 'root', 'ROOT', 'root@vm-1', 'uid 1000', '1000'])('%j names no person', (name) => {
  expect(unmappedAccountProblem(name)).toBeDefined();
});

test.each(['ana', 'rooty', 'ana1000'])('%j may name one', (name) => {
  expect(unmappedAccountProblem(name)).toBeUndefined();
});
