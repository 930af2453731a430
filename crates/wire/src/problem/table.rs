//! The shape of the table of problems: what a row says, and what is made of it.
//!
//! Not here: the rows (`kinds`). Start at the macro.

/// Declares the kinds.
macro_rules! kinds {
    ($($name:ident $status:literal $code:literal $title:literal
        $when:literal
        buyer $buyer:literal
        organiser $organiser:literal
        operator $operator:literal;)*) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $when] $name,)*
        }

        impl Kind {
            /// All kinds, refusals first and in order of precedence.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, which ends the `type`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A few words for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// When it is answered.
            pub const fn when(self) -> &'static str {
                match self { $(Self::$name => $when,)* }
            }

            /// What the one does next who is most likely to read it.
            pub fn next_step(self) -> &'static str {
                let [buyer, organiser, operator] = self.next_steps();
                let steps = if self.is_technical() { [organiser, buyer, operator] } else { [buyer, organiser, operator] };
                steps.into_iter().find(|step| *step != "Nothing.").unwrap_or(buyer)
            }

            /// What buyer, organiser and operator do next.
            pub const fn next_steps(self) -> [&'static str; 3] {
                match self { $(Self::$name => [$buyer, $organiser, $operator],)* }
            }
        }
    };
}
