import { describe, expect, test } from 'vitest';
import { briefReason, briefRequest } from '../../../src/ui/features/cards/brief-values.ts';

describe('the reason of a condition beside its title', () => {
  test.each([
    ['health broker status is down', 'The broker is healthy', 'down'],
    ['breakers bus-0 · broker state is open', 'The circuit breakers stay closed', 'bus-0 · broker open'],
    ['error.rate is 43.75 %', 'Error rate below 1 %', '43.75 %'],
    ['error.rate is 43.75 %', 'Orders are placed again', 'error.rate is 43.75 %'],
    ['all 4 breakers with name = broker: state = closed', 'They stay closed', 'all 4 breakers closed'],
    ['error.rate has no value: timeout', 'Error rate below 1 %', 'error.rate has no value: timeout'],
    [
      'error.rate is ok only for the moment: 4 %',
      'Error rate below 1 %',
      'error.rate is ok only for the moment: 4 %',
    ],
    ['no health with name = broker', 'The broker is healthy', 'no health with name = broker'],
    ['', 'Error rate below 1 %', ''],
  ])('%j beside %j is %j', (why, title, brief) => {
    expect(briefReason(why, title)).toBe(brief);
  });
});

describe('a request in a row', () => {
  test.each([
    ['POST http://10.4.0.7:81/admin/restart → 200 OK', 'POST …/admin/restart → 200 OK'],
    ['POST https://10.4.0.7/actuator/circuitbreakers/psp → 200 OK', 'POST …/circuitbreakers/psp → 200 OK'],
    ['GET http://10.4.0.7:81', 'GET …/'],
    ['GET http://10.4.0.7:81/v1/items?all=1 → 200 OK', 'GET …/v1/items?all=1 → 200 OK'],
    ['2 of 2 calls succeeded', '2 of 2 calls succeeded'],
    ['deployment scaled to 3', 'deployment scaled to 3'],
  ])('%j is %j', (text, brief) => {
    expect(briefRequest(text)).toBe(brief);
  });
});
