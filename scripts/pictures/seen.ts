/** Every source has answered: nothing is unknown any more, or asked for the first time. */
export const isRead =
  /^(?![\s\S]*(?:UNKNOWN|not read yet|asking|not set up: no source here gives pools))[\s\S]*overview/;

/** Everything has been read, and stayed as it should for half a minute. */
export const isWell = /● CLOSED .*≥[3-9]\ds/;

/** Breakers have been open for a while, and the alerts say so. */
export const isBroken = /✗ OPEN .* [2-9]\ds[\s\S]*FIRING +CircuitBreakerOpen/;

/** They have been open for so long that the change lies behind a kept moment. */
export const isLongBroken = /✗ OPEN .* (?:[4-9]\ds|\dm\d*s?)/;

/** Arms production, for a reason. */
export const arming = ['A text:INC-114 enter', /ARMED \d+:\d\d/] as const;
