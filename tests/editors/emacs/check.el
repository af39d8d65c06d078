;;; check.el --- Run by `emacs --batch -Q -l check.el', with CLIENT, SERVER and FILE in the environment -*- lexical-binding: t; -*-
(when (< emacs-major-version 29)
  (let ((default-directory "/usr/share/emacs/site-lisp/elpa/"))
    (when (file-directory-p default-directory) (normal-top-level-add-subdirs-to-load-path))))
(require 'cl-lib)
(require 'eglot)
(require 'ert)
(require 'flymake)
(load (expand-file-name "support.el" (file-name-directory load-file-name)))
(load (expand-file-name "httpls.el" (getenv "CLIENT")))
(setq httpls-command (split-string (getenv "SERVER") "\n")
      httpls-trusted-projects (list (file-name-directory (getenv "FILE")))
      eglot-sync-connect 20)
(setf (alist-get 'httpls-mode eglot-server-programs)
      (append httpls-command (list :initializationOptions #'httpls-initialization-options)))

(defvar check-buffer (find-file-noselect (getenv "FILE")))

(ert-deftest check-1-the-server-attaches ()
  (with-current-buffer check-buffer
    (should (eq major-mode 'httpls-mode))
    (call-interactively #'eglot)
    (should (eglot-current-server))))

(ert-deftest check-2-a-problem-is-shown ()
  (with-current-buffer check-buffer
    (flymake-start) ; In batch nothing displays the buffer, so flymake never starts by itself.
    (should (check-wait (flymake-diagnostics)))))

(ert-deftest check-3-completion ()
  (with-current-buffer check-buffer
    (goto-char (point-max))
    (insert "\n###\n# @auth bas")
    (should (member "basic" (all-completions "bas" (nth 2 (eglot-completion-at-point)))))
    ;; Diagnostics of this text that arrive after it was deleted would lie behind the end of the buffer,
    ;; where older versions of Eglot signal `end-of-buffer'.
    (should (check-wait (flymake-diagnostics (line-beginning-position) (point-max))))
    (delete-region (- (point-max) 16) (point-max))))

(ert-deftest check-4-a-request-is-sent-by-an-action ()
  (with-current-buffer check-buffer
    (goto-char (point-min))
    (search-forward "GET")
    (let* ((actions (append (eglot-code-actions (point) (point)) nil))
           (send (cl-find "Send one" actions :key (lambda (one) (plist-get one :title)) :test #'equal))
           (command (plist-get send :command))
           (summary (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                                     (list :command (plist-get command :command)
                                           :arguments (plist-get command :arguments)))))
      (should (equal (plist-get (aref (plist-get summary :results) 0) :status) 200))
      (check-response-is-shown))))

(ert-run-tests-batch-and-exit "check-")
;;; check.el ends here
