const dayMs = 86_400_000;

/** A date, or a whole time with its zone, as days from `wallNow` until then, to a tenth; undefined for anything else. */
export const daysLeft =
  (wallNow: number) =>
  (text: string): number | undefined => {
    const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(at) ? undefined : Math.round(((at - wallNow) / dayMs) * 10) / 10;
  };
