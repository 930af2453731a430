// Starts the console.
import { mount } from 'svelte';
import App from './App.svelte';
import './style.css';
import { speak } from './words/words.svelte';

const target = document.getElementById('app');
// Words first: a view that changes its language under the reader's eyes is worse than a moment of nothing.
await speak();
if (target) mount(App, { target });
