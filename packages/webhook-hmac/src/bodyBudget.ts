/** Bytes that bodies of all requests together may hold. */
export interface BodyBudget {
  readonly free: number;
  /** False, and nothing taken, when there is not that much left. */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

export function createBodyBudget(bytes: number): BodyBudget {
  let free = bytes;
  return {
    get free() {
      return free;
    },
    take: (wanted) => {
      if (wanted > free) return false;
      free -= wanted;
      return true;
    },
    giveBack: (taken) => {
      free += taken;
    },
  };
}
