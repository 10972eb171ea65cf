/** Every source has responded: nothing is unknown or loading. */
export const isRead =
  /^(?![\s\S]*(?:\? UNKNOWN|[Ll]oading|Opening|No data yet|Not configured: no source provides connection pools))[\s\S]*Threshold matrix/;

/** Everything has been read, and has been healthy for half a minute. */
export const isWell = /● All clear[\s\S]*≥(?:[3-9]\ds|\dm)/;

/** Breakers have been open for a while, and alerts are firing. */
export const isBroken = /since .* [2-9]\ds[\s\S]*✗ .*OPEN[\s\S]*✗ (?:FIRING +)?CircuitBreakerOpen/;

/** Breakers have been open long enough that a history snapshot precedes the change. */
export const isLongBroken = /since .* (?:[4-9]\ds|\dm\d*s?)[\s\S]*✗ .*OPEN/;

/** Arms production with a reason. */
export const arming = ['A text:INC-114 enter', /ARMED .*\d+:\d\d left/] as const;
