/** Long bodies that are read at the same time: their texts and values are in memory until they are complete. */
const atOnce = 2;
/** A server that sends slowly delays the bodies of others at most by this. */
const longestTurnMs = 300;

const waiting: (() => void)[] = [];
let free = atOnce;

const passOn = (): void => {
  const next = waiting.shift();
  if (next === undefined) free += 1;
  else next();
};

/**
 * Waits until a long body may be read on; long bodies take turns, in the order in which they became long. Returns a function that ends
 * the turn. It also ends after a while: a slow server keeps no other one waiting.
 */
export const enterLongBody = async (): Promise<() => void> => {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  let isOver = false;
  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    passOn();
  };
  const timer = setTimeout(leave, longestTurnMs).unref();
  return leave;
};
