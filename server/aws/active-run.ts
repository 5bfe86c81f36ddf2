/** The condition that a run has not ended, and its values. */
export const isActive = '#status IN (:started, :running)';
export const active = { ':started': 'started', ':running': 'running' };
