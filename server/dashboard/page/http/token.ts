const key = 'modelrig.trigger-token';

/** The trigger token of this tab: gone when it is closed, never in an address. */
export function readToken(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return inMemory;
  }
}

/** Where the browser keeps no storage for the page, it lives as long as the page. */
let inMemory: string | null = null;

export function keepToken(token: string | null): void {
  inMemory = token;
  try {
    if (token === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, token);
  } catch {
    // Kept in memory above.
  }
}
