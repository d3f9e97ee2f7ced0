import './validation.ts';
import './styles.css';

// Only now, so that no schema is declared before the setting above.
void import('./app.tsx').then(({ showApp }) => showApp());
